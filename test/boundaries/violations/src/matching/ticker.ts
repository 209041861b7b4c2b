import { trade } from './trade.js';

export const ticker = () => trade;
