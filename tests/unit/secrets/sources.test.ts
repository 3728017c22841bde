import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { loadClient } from "../../../secrets/source/load-client";
import { failure } from "../../../secrets/source/failure";

const ROOT = path.join(__dirname, "../../..");

test("a missing client is one error with the command that installs it", () => {
  expect(() => loadClient("@nowhere/client", "awsSecret")).toThrow(
    "awsSecret needs the package @nowhere/client, which is not installed: npm install @nowhere/client",
  );
});

test("a client that is installed and broken is not called missing", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "client-"));
  fs.writeFileSync(path.join(folder, "index.js"), 'require("./nowhere");');
  expect(() => loadClient(folder, "awsSecret")).toThrow(/Cannot find module '.\/nowhere'/);
  fs.rmSync(folder, { recursive: true });
});

test("a program that reads no secrets manager loads none of their clients", () => {
  const program = `
    require("./secrets");
    const loaded = Object.keys(require.cache).filter((file) => /node_modules.(@aws-sdk|@smithy|@google-cloud|google-gax)/.test(file));
    process.stdout.write(String(loaded));`;
  const args = ["--require", "tsx/cjs", "--eval", program];
  expect(execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" })).toBe("");
});

test.each([
  [undefined, "for an unknown reason"],
  ["canary-6b1f0c", "for an unknown reason"],
  [{ name: "canary 6b1f0c", code: { canary: 1 }, message: "canary" }, "for an unknown reason"],
  [new TypeError("canary-6b1f0c"), "TypeError"],
])("of an error that is not known only its name is shown: %p", (error, shown) => {
  expect(failure("Vault, secret x", error, {}).message).toBe(
    `Vault, secret x: the request failed (${shown}). Try again.`,
  );
});

test("the reason is in the cause of an error, as fetch has it, or in its message, as the AWS SDK has it", () => {
  const refused = Object.assign(new Error("x"), { code: "ECONNREFUSED" });
  const cases = [
    new TypeError("fetch failed", { cause: refused }),
    new Error("wrapper: connect ECONNREFUSED ::1"),
  ];
  for (const error of cases) {
    expect(failure("x", error, {}).message).toMatch(/^x: no server listens at its address\./);
  }
});
