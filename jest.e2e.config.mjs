import unit from './jest.config.mjs';

// End to end, with containers: `npm run verify` starts what these tests run on.

/** @type {import('jest').Config} */
export default {
  ...unit,
  // One engine and one MiniStack serve all of them: side by side they only wait for each other.
  maxWorkers: 1,
  testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
