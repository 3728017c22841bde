import "../../kit/lazy-closures";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import type { Monitor } from "../../harness/monitor";
import { leaveRefusalsToPulumi } from "./world";

interface LanguageServer {
  run(call: { request: RunRequest }, answer: (error: Error | null | undefined) => void): Promise<void>;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the SDK does not declare it
const { LanguageServer } = require("@pulumi/pulumi/automation/server") as {
  LanguageServer: new (program: PulumiFn) => LanguageServer;
};

/** Runs a program as the Automation API does when the engine calls it, and returns the message of its error, if any. */
export async function runInline({ address }: Pick<Monitor, "address">, program: PulumiFn) {
  const restore = leaveRefusalsToPulumi();
  const request = new RunRequest();
  request.setProject("project").setStack("test").setMonitorAddress(address).setArgsList([address]);
  try {
    // The SDK may answer twice; the engine takes the first answer.
    const answers: (string | undefined)[] = [];
    await new LanguageServer(program).run({ request }, (error) => answers.push(error?.message));
    return answers[0];
  } finally {
    restore();
  }
}
