import 'reflect-metadata';
import { venue } from '../../venue/venue.js';

export const database = { venue };
