import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** Gives this process a temporary folder of its own for a test, so that the test sees all that is written to it. */
export async function ownTmpdir(test: TestContext): Promise<string> {
  const { TMPDIR } = process.env;
  const folder = await mkdtemp(join(tmpdir(), "own-tmp-"));
  process.env["TMPDIR"] = folder;
  test.after(async () => {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}
