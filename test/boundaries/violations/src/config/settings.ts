import { page } from '../edge/page.js';

export const settings = { page };
