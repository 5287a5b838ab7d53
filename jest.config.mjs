// Repeated as arguments by local/verify/suites.ts.
const testPathIgnorePatterns = ['/node_modules/', '/test/jenkins/target/', '/test/e2e/'];

/** @type {import('jest').Config & { testPathIgnorePatterns: string[] }} */
export default {
  testEnvironment: '<rootDir>/test/support/environment.mjs',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns,
  // Generous, since slow and busy machines take their time; no test waits for it.
  testTimeout: 120_000,
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
};
