import "./lazy-closures";
import { status } from "@grpc/grpc-js";
import { log, RunError } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { makePortsPrivate } from "./private-ports";

/** Runs an inline program for the engine. */
interface LanguageServer {
  readonly program: PulumiFn;
  run: (
    this: LanguageServer,
    call: { readonly request: RunRequest },
    answer: (error?: Error | null, response?: RunResponse) => void,
  ) => Promise<void>;
}

// What the SDK has and does not declare. `require`, because an import would be a copy of a module that is changed here.
/* eslint-disable @typescript-eslint/no-require-imports */
const { LanguageServer } = require("@pulumi/pulumi/automation/server") as {
  LanguageServer: { new (program: PulumiFn): LanguageServer; readonly prototype: LanguageServer };
};
const settings = require("@pulumi/pulumi/runtime/settings") as {
  readonly grpcClientOptions: Record<string, unknown>;
  readonly waitForRPCs: () => Promise<void>;
  disconnect: (signalShutdown?: boolean) => Promise<void>;
  rpcKeepAlive: () => (until?: Promise<unknown>) => void;
};
const { getStore } = require("@pulumi/pulumi/runtime/state") as {
  /** `terminated`: a resource could not be registered, because the engine did not answer. */
  readonly getStore: () => { readonly terminated: boolean };
};
/* eslint-enable @typescript-eslint/no-require-imports */

let isProtected = false;

/**
 * Makes the inline programs of this process fail where they would fail under Pulumi's language host. Without this, the
 * engine can take a program that failed for one that ended, and delete every live resource that it did not declare.
 */
export function protectInlinePrograms(): void {
  if (isProtected) return;
  isProtected = true;
  // The engine connects to the program without a token, and sends it the decrypted config.
  makePortsPrivate();
  // All gRPC clients of a process share the connections to an address. With that, an engine on a port that was a past
  // engine's would get the past one's broken connection.
  settings.grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;
  signalOnlySuccess();
  failWithoutEngine();
  outliveErrors();
}

/**
 * Runs a program as the engine asks for it.
 *
 * @throws Error if the program fails, or cannot reach the engine
 */
export async function runInlineProgram(program: PulumiFn, request: RunRequest): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    void new LanguageServer(program).run({ request }, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** The SDK tells the engine that the program has declared everything, and looks at the program's errors afterwards. */
function signalOnlySuccess(): void {
  const { disconnect, rpcKeepAlive, waitForRPCs } = settings;
  settings.disconnect = async (signalShutdown) => {
    await waitForRPCs();
    await disconnect(signalShutdown === true && !log.hasErrors() && !getStore().terminated);
  };
  // The component makes the wait itself fail, for programs that nothing protects. Here the log is enough, and such a
  // failure could come up again after the run, where it would end the process.
  settings.rpcKeepAlive = () => {
    const done = rpcKeepAlive();
    return (until) => {
      if (until === undefined) done();
      else until.finally(done).catch(() => undefined);
    };
  };
}

/** The SDK takes a lost connection for the end of the engine, and reports success. */
function failWithoutEngine(): void {
  const { run } = LanguageServer.prototype;
  LanguageServer.prototype.run = function (call, answer) {
    // The SDK registers the stack first, and calls the program only then.
    let hasStarted = false;
    const program = () => {
      hasStarted = true;
      return this.program();
    };
    let hasAnswered = false;
    return run.call({ program, run }, call, (error, response) => {
      // After an error, the SDK also answers with success.
      if (hasAnswered) return;
      hasAnswered = true;
      if (hasStarted && !getStore().terminated) answer(error, response);
      else answer(new Error("The program could not reach the engine."));
    });
  };
}

/**
 * One error rejects many promises, some of them after the run. During the run the SDK listens for them, and logs the
 * error once; afterwards node would end the process.
 */
function outliveErrors(): void {
  const logged = new WeakSet<object>();
  process.on("unhandledRejection", (reason) => {
    const error = Object(reason) as Error;
    if (process.listenerCount("unhandledRejection") > 1) logged.add(error);
    // Another Worker may be refused only after the run, when a slow secrets manager has answered. The run failed already.
    else if (!logged.has(error) && !isOfEndedEngine(error) && !RunError.isInstance(reason)) throw error;
  });
}

/** Whether an error is what becomes of requests to an engine that has ended. */
export function isOfEndedEngine(error: Error): boolean {
  const { CANCELLED, UNAVAILABLE } = status;
  return "code" in error && (error.code === CANCELLED || error.code === UNAVAILABLE);
}
