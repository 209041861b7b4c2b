import { trade } from '../../../src/matching/trade.js';

export const order = trade;
