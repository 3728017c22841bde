import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { pythonClient } from "./clients";

const SERVER = "from moto.server import main; main()";

/**
 * Starts moto's server, which stands in for AWS, and points the AWS SDK in this process to it.
 *
 * @param source the folder with the requirements.txt that pins moto
 */
export async function startMoto(test: TestContext, source: string): Promise<void> {
  const { command, env } = await pythonClient(source);
  const child = spawn(command, ["-c", SERVER, "--host", "127.0.0.1", "--port", "0"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  test.after(() => child.kill("SIGKILL"));
  for await (const line of createInterface({ input: child.stderr })) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (url !== undefined) {
      child.stderr.resume();
      Object.assign(process.env, {
        AWS_ENDPOINT_URL: url,
        AWS_REGION: "eu-west-1",
        AWS_ACCESS_KEY_ID: "any",
        AWS_SECRET_ACCESS_KEY: "any",
      });
      return;
    }
  }
  assert.fail("moto's server ended before it listened");
}
