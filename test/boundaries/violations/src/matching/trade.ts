import { ticker } from './ticker.js';

export const trade = () => ticker;
