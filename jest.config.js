/** Unit tests only: the end-to-end tests run on node's own test runner, outside jest's module registry. */
module.exports = {
  preset: "ts-jest",
  testEnvironment: "node",
  testMatch: ["<rootDir>/tests/unit/**/*.test.ts"],
  collectCoverageFrom: ["index.ts", "published-passphrase.ts", "component/**/*.ts", "secrets/**/*.ts"],
  coverageThreshold: { global: { branches: 100, functions: 100, lines: 100, statements: 100 } },
};
