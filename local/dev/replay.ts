import * as path from "node:path";
import { promisify } from "node:util";
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engine from "@pulumi/pulumi/proto/engine_pb";
import { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import type { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { runInlineProgram } from "../../kit/inline-programs";
import { type DeclaredWorker, invokeKey, keyOf, partsOf, type RecordedRun } from "./recorded-run";

const STACK = "pulumi:pulumi:Stack";

/**
 * Runs the program against the record of its last run, in a small part of the time that the engine takes.
 *
 * @param folder the session's, in which nobody else can read
 * @returns the Workers whose code is now another; undefined if anything else is different, or the program fails
 */
export async function replay(
  run: RecordedRun,
  program: PulumiFn,
  folder: string,
): Promise<DeclaredWorker[] | undefined> {
  const changed: DeclaredWorker[] = [];
  const unseen = new Set(run.registrations.keys());
  const server = new Server();
  const stackName = `${run.project}-${run.stack}`;
  server.addService(ResourceMonitorService, {
    supportsFeature: unary(() => new proto.SupportsFeatureResponse().setHassupport(true)),
    registerResource: unary((request: proto.RegisterResourceRequest) => {
      if (request.getType() === STACK) {
        const urn = `urn:pulumi:${run.stack}::${run.project}::${STACK}::${stackName}`;
        return new proto.RegisterResourceResponse().setUrn(urn).setObject(request.getObject());
      }
      const key = keyOf(request);
      const before = run.registrations.get(key);
      const { declared, worker } = partsOf(request);
      if (before?.declared !== declared) return undefined;
      unseen.delete(key);
      if (worker && JSON.stringify(worker.code) !== JSON.stringify(before.worker?.code)) changed.push(worker);
      return before.response;
    }),
    invoke: unary((request: proto.ResourceInvokeRequest): InvokeResponse | undefined =>
      run.invokes.get(invokeKey(request)),
    ),
    registerResourceOutputs: unary(() => new Empty()),
    registerResourceHook: unary(() => new Empty()),
    signalAndWaitForShutdown: unary(() => new Empty()),
  } satisfies UntypedServiceImplementation);
  server.addService(EngineService, {
    // The deploy that follows says all of this again.
    log: unary(() => new Empty()),
    getRootResource: unary(() => new engine.GetRootResourceResponse()),
    setRootResource: unary(() => new engine.SetRootResourceResponse()),
    requirePulumiVersion: unary(() => new engine.RequirePulumiVersionResponse()),
  } satisfies UntypedServiceImplementation);
  // Nobody else can open it, and it takes less time than a port.
  const address = `unix:${path.join(folder, "replay.sock")}`;
  await promisify(server.bindAsync.bind(server))(address, ServerCredentials.createInsecure());
  // The SDK notes a stack for each promise, which takes a fifth of the time, and nobody sees one of this run.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    await runInlineProgram(program, requestOf(run, address));
    return unseen.size === 0 ? changed : undefined;
  } catch {
    return undefined;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    server.forceShutdown();
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

/** @param answer returns undefined for what the record does not have, which fails the program */
function unary<Request, Response>(answer: (request: Request) => Response | undefined) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    const response = answer(call.request);
    if (response === undefined) callback({ code: status.ABORTED, details: "not in the record" });
    else callback(null, response);
  };
}
