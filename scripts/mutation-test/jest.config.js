import config from '../../jest.config.js';

// Properties find what they find by many tries, and would take hours. Of those among the specs a few tries are left.
process.env.PROPERTY_RUNS = '20';

/** The engine's own specs, without its property tests. */
export default {
  ...config,
  rootDir: '../..',
  roots: ['<rootDir>/src/engine', '<rootDir>/scripts/mutation-test'],
  testRegex: '/scripts/mutation-test/engine-specs\\.ts$',
};
