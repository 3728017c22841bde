/** Unit tests only: the end-to-end tests run on node's own test runner, outside jest's module registry. */
module.exports = {
  preset: "ts-jest",
  testEnvironment: "node",
  // gRPC keeps objects of a test file's globals; jest's deletion of them does nothing but warn of that.
  testEnvironmentOptions: { globalsCleanup: "off" },
  testMatch: ["<rootDir>/tests/unit/**/*.test.ts"],
  collectCoverageFrom: ["**/*.ts", "!{tests,bench,harness}/**"],
  coverageReporters: [["text", { skipFull: true }]],
  coverageThreshold: {
    "./*.ts": { branches: 100, functions: 100, lines: 100, statements: 100 },
    "./component/": { branches: 100, functions: 100, lines: 100, statements: 100 },
    "./secrets/": { branches: 100, functions: 100, lines: 100, statements: 100 },
    // The rest is mostly tested end to end, which is not counted here: what is reached does not fall again.
    global: { branches: 20, functions: 20, lines: 20, statements: 20 },
  },
};
