import { registry } from '../discovery/registry.js';

export const dispatcher = { registry };
