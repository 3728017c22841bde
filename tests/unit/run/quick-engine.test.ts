import { execFileSync } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { quickenEngine } from "../../run/quick-engine";

test("the script before the engine answers the version, and hands down everything else", async () => {
  const top = await fs.mkdtemp(path.join(os.tmpdir(), "engine-"));
  try {
    const command = path.join(top, "it's not/pulumi");
    await fs.mkdir(path.dirname(command));
    await fs.writeFile(command, '#!/bin/sh\nprintf "<%s>" "$@"; cat\n', { mode: 0o755 });
    const env: NodeJS.ProcessEnv = {};
    const home = path.join(top, "home");
    await quickenEngine({ command: { command }, version: "3.246.0", origin: "home" }, env, home);
    expect(env).toEqual({ PULUMI_HOME: home });
    const run = (args: readonly string[], input: string) =>
      execFileSync(path.join(home, "versions/3.246.0/bin/pulumi"), args, { input, encoding: "utf8" });
    // The script may end before a text is written to it.
    expect(run(["version"], "")).toBe("v3.246.0\n");
    expect(run(["up", "two words", ""], "in")).toBe("<up><two words><>in");

    await quickenEngine({ command: { command }, version: "3.250.0", origin: "path" }, env, home);
    expect(await fs.readdir(path.join(home, "versions"))).toEqual(["3.246.0"]);
  } finally {
    await fs.rm(top, { recursive: true, force: true });
  }
});
