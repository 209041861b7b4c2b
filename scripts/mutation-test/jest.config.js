import config from '../../jest.config.js';

/** The engine's own specs; its property tests would take hours, for they find what they find by many tries. */
export default {
  ...config,
  rootDir: '../..',
  roots: ['<rootDir>/src/engine'],
  testPathIgnorePatterns: ['/properties/'],
};
