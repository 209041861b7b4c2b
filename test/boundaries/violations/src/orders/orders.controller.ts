import { database } from '../journal/sqlite/database.js';

export const orders = { database };
