import { accounts } from '../accounts/accounts.controller.js';

export const tracing = { accounts };
