import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import type * as proto from "@pulumi/pulumi/proto/resource_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { BUNDLES, type MadeBundle } from "../../component/contract/bundles";
import { WORKERS_SCRIPT } from "../../component/contract/type-tokens";
import type { DevVars } from "./dev-vars";

/** The properties of a WorkersScript that are its code. */
interface WorkerCode {
  readonly content?: string;
  readonly files?: Readonly<Record<string, { readonly contentType: string; readonly contentBase64: string }>>;
}

/** A Worker that the program declares. */
export interface DeclaredWorker {
  readonly resource: string;
  readonly accountId: string;
  readonly scriptName: string;
  readonly code: WorkerCode;
  /** The folder of its static assets, which the provider reads. */
  readonly assetsFolder?: string;
}

interface Registration {
  /** What the program declared, without a Worker's code. */
  readonly declared: string;
  readonly worker: DeclaredWorker | undefined;
  readonly response: proto.RegisterResourceResponse;
}

/** What the engine and a run of the program said to each other. */
export class RecordedRun {
  readonly registrations = new Map<string, Registration>();
  readonly invokes = new Map<string, InvokeResponse>();
  readonly project = pulumi.getProject();
  readonly stack = pulumi.getStack();
  readonly organization = pulumi.getOrganization();
  readonly config = pulumi.runtime.allConfig();

  /** What was sent to the engine so far, deployed or not. */
  readonly workers: DeclaredWorker[] = [];
  readonly bundles: MadeBundle[] = [];
  /** The names of the Workers' resources in the program's order; what is sent comes in any order. */
  readonly order: string[] = [];

  find(accountId: string, scriptName: string): DeclaredWorker | undefined {
    return this.workers.find((worker) => worker.accountId === accountId && worker.scriptName === scriptName);
  }
}

const running = new AsyncLocalStorage<RecordedRun>();
subscribe(BUNDLES, (bundle) => running.getStore()?.bundles.push(bundle as MadeBundle));

type Callback<Response> = (error: Error | null, response: Response) => void;
interface Monitor {
  registerResource: (
    request: proto.RegisterResourceRequest,
    done: Callback<proto.RegisterResourceResponse>,
  ) => void;
  invoke: (request: proto.ResourceInvokeRequest, done: Callback<InvokeResponse>) => void;
}

/**
 * Wraps a program so that each run is recorded, as the program sees it.
 *
 * @param begun gets the record when the run begins; it then grows
 */
export function recorded(program: PulumiFn, devVars: DevVars, begun: (run: RecordedRun) => void): PulumiFn {
  return () => {
    devVars.read();
    const run = new RecordedRun();
    begun(run);
    pulumi.runtime.registerStackTransformation(({ type, name }) => {
      if (type === WORKERS_SCRIPT) run.order.push(name);
      return undefined;
    });
    const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
    const { registerResource, invoke } = monitor;
    monitor.registerResource = (request, done) => {
      const parts = partsOf(request);
      if (parts.worker) run.workers.push(parts.worker);
      const restore = devVars.replaceIn(request);
      registerResource.call(monitor, request, (error, response) => {
        if (error === null) {
          restore(response);
          run.registrations.set(keyOf(request), { ...parts, response });
        }
        done(error, response);
      });
    };
    monitor.invoke = (request, done) => {
      invoke.call(monitor, request, (error, response) => {
        if (error === null) run.invokes.set(invokeKey(request), response);
        done(error, response);
      });
    };
    return running.run(run, program);
  };
}

/** What identifies a resource within a run. */
export function keyOf(request: proto.RegisterResourceRequest): string {
  return [request.getParent(), request.getType(), request.getName()].join("\n");
}

export function invokeKey(request: proto.ResourceInvokeRequest): string {
  return JSON.stringify([request.getTok(), request.getArgs()?.toJavaScript(), request.getProvider()]);
}

/** Takes a registration apart into what the program declared and a Worker's code. */
export function partsOf(request: proto.RegisterResourceRequest): Pick<Registration, "declared" | "worker"> {
  const inputs = request.getObject()?.toJavaScript() ?? {};
  const isWorker = request.getType() === WORKERS_SCRIPT;
  const { content, files, ...others } = inputs;
  const options = request.clone();
  options.clearObject();
  options.clearSourceposition();
  options.clearStacktrace();
  // The names of hooks are the same in each run, and their functions belong to one.
  const declared = JSON.stringify([isWorker ? others : inputs, options.toObject()]);
  return { declared, worker: isWorker ? workerOf(request.getName(), inputs, { content, files }) : undefined };
}

function workerOf(
  resource: string,
  { accountId, scriptName, assets }: Record<string, JavaScriptValue>,
  { content, files }: Record<string, JavaScriptValue | undefined>,
): DeclaredWorker | undefined {
  if (typeof accountId !== "string" || typeof scriptName !== "string") return undefined;
  const code = {
    ...(typeof content === "string" && { content }),
    ...(files != null && { files }),
  } as WorkerCode;
  const folder = (assets as { directory?: unknown } | undefined)?.directory;
  return {
    resource,
    accountId,
    scriptName,
    code,
    ...(typeof folder === "string" && { assetsFolder: folder }),
  };
}
