import { orders } from '../../orders/orders.controller.js';

export const session = { orders };
