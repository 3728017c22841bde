import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import { pythonClient } from "./clients";

const SERVER = "from moto.server import main; main()";

let started: Promise<void> | undefined;

/**
 * Starts moto's server, which stands in for AWS, once for this process, and points the AWS SDK in this process and in what
 * it starts to it.
 *
 * @param source the folder with the requirements.txt that pins moto
 */
export function startMoto(source: string): Promise<void> {
  return (started ??= start(source));
}

async function start(source: string): Promise<void> {
  const { command, env } = await pythonClient(source);
  const child = spawn(command, ["-c", SERVER, "--host", "127.0.0.1", "--port", "0"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  for await (const line of createInterface({ input: child.stderr })) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (url !== undefined) {
      child.stderr.resume();
      // It must not keep the process of the tests alive.
      child.unref();
      if (child.stderr instanceof Socket) child.stderr.unref();
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
