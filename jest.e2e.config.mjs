import unit from './jest.config.mjs';

// End to end, with containers: `npm run verify` starts what these tests run on.

/** @type {import('jest').Config} */
export default {
  ...unit,
  testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
