import { accounts } from '../accounts/accounts.controller.js';

export const peer = { accounts };
