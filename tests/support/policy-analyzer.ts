import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { TestContext } from "node:test";

/**
 * Puts what starts a policy pack on PATH, as the official CLI has it: without the Node language host, the engine runs the
 * program `pulumi-analyzer-policy-nodejs` in the pack's folder.
 */
export async function installPolicyAnalyzer(test: TestContext, folder: string): Promise<void> {
  const place = path.join(folder, "bin");
  await fs.mkdir(place, { recursive: true });
  const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const command = `#!/bin/sh\nexec "${process.execPath}" "${runner}" "$@"\n`;
  await fs.writeFile(path.join(place, "pulumi-analyzer-policy-nodejs"), command, { mode: 0o755 });
  const before = process.env.PATH ?? "";
  process.env.PATH = `${place}${path.delimiter}${before}`;
  test.after(() => {
    process.env.PATH = before;
  });
}
