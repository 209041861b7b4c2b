import { orders } from '../orders/orders.controller.js';

export const accounts = { orders };
