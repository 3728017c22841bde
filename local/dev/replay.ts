import * as path from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import { runInlineProgram } from "../../kit/inline-programs";
import { startMonitorServer } from "../../kit/monitor-server";
import { type DeclaredWorker, invokeKey, keyOf, partsOf, type RecordedRun } from "./recorded-run";

const STACK = "pulumi:pulumi:Stack";

/**
 * Runs the program against the record of its last run, in a small part of the time that the engine takes.
 *
 * @param folder the session's, which only this user can open
 * @returns the Workers whose code is now another; undefined if anything else is different, or the program fails
 */
export async function replay(
  run: RecordedRun,
  program: PulumiFn,
  folder: string,
): Promise<DeclaredWorker[] | undefined> {
  const changed: DeclaredWorker[] = [];
  const unseen = new Set(run.registrations.keys());
  const stackName = `${run.project}-${run.stack}`;
  // Only this user can open it, and it takes less time than a port.
  const server = await startMonitorServer(`unix:${path.join(folder, "replay.sock")}`, {
    registerResource: (request) => {
      if (request.getType() === STACK) {
        const urn = `urn:pulumi:${run.stack}::${run.project}::${STACK}::${stackName}`;
        return new RegisterResourceResponse().setUrn(urn).setObject(request.getObject());
      }
      const key = keyOf(request);
      const before = run.registrations.get(key);
      const { declared, worker } = partsOf(request);
      // Fails the program: the record does not say what the engine would answer.
      if (before?.declared !== declared) return undefined;
      unseen.delete(key);
      if (worker && JSON.stringify(worker.code) !== JSON.stringify(before.worker?.code)) changed.push(worker);
      return before.response;
    },
    invoke: (request) => run.invokes.get(invokeKey(request)),
  });
  // The SDK notes a stack for each promise, which takes a fifth of the time, and this run shows none.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    await runInlineProgram(program, requestOf(run, server.address));
    return unseen.size === 0 ? changed : undefined;
  } catch {
    return undefined;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    server.stop();
  }
}

function requestOf(run: RecordedRun, address: string): RunRequest {
  const request = new RunRequest()
    .setProject(run.project)
    .setStack(run.stack)
    .setOrganization(run.organization)
    .setParallel(16)
    .setMonitorAddress(address)
    .setArgsList([address]);
  for (const [key, value] of Object.entries(run.config)) request.getConfigMap().set(key, value);
  return request;
}
