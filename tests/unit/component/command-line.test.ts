import * as path from "node:path";

type CommandLine = typeof import("../../../component/contract/command-line").commandLine;

/** The function as a file with this extension has it. */
function commandLineIn(extension: ".ts" | ".js"): CommandLine {
  let found: CommandLine | undefined;
  jest.isolateModules(() => {
    jest.doMock("node:path", () => ({ ...path, extname: () => extension }));
    ({ commandLine: found } = jest.requireActual("../../../component/contract/command-line"));
  });
  if (found === undefined) throw new Error("not loaded");
  return found;
}

test.each([
  [".ts", ["start"], "npm start"],
  [".ts", ["audit"], "npm run audit"],
  [".ts", ["rotate", ["api-key", "--finish"]], "npm run rotate -- api-key --finish"],
  [".ts", ["audit", ["--json"], "--silent"], "npm run --silent audit -- --json"],
  [".js", ["rotate", ["api-key", "--finish"]], "npx cloudflare-worker-secrets rotate api-key --finish"],
  [".js", ["audit", ["--json"], "--silent"], "npx cloudflare-worker-secrets audit --json"],
] as const)("in a %s file, %j is called with %s", (extension, [name, words, ...npm], expected) => {
  expect(commandLineIn(extension)(name, words, ...npm)).toBe(expected);
});
