import { reject } from '../reject.js';
import type { RiskRule } from './order-check.js';

export const accountActive: RiskRule = ({ account }) =>
  account.status === 'ACTIVE'
    ? undefined
    : reject('ACCOUNT_NOT_ACTIVE', `The account is ${account.status}; only an ACTIVE account can place orders.`);
