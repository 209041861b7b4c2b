import { session } from '../streams/websocket/session.js';

export const dropCopy = { session };
