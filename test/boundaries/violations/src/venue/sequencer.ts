import { database } from '../journal/sqlite/database.js';

export const sequencer = { database };
