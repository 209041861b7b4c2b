import fastCheck from 'fast-check';
import { example } from './example.fixture.js';

export const report = { fastCheck, example };
