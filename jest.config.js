import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  // The specs of processes wait more than they work, so that one more at a time than there are cores is quicker. A busy
  // machine may take its time, since no timing decides a test.
  maxWorkers: availableParallelism() + 1,
  testTimeout: 30_000,
  globalSetup: '<rootDir>/test/bundle-packages.js',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/clients'],
  // What the packages of clients are built into has the same names again.
  modulePathIgnorePatterns: ['<rootDir>/clients/.*/dist/'],
  testRegex: '\\.spec\\.ts$',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          experimental: { keepImportAttributes: true },
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
};
