import { orders } from '../orders/orders.controller.js';

export const registry = { orders };
