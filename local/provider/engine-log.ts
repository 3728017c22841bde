import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Warnings in the output of `pulumi up` and the like, each once a run. */
export class EngineLog {
  /** The engine's address, by connection to this provider. Each run has an engine of its own. */
  readonly #engines = new Map<string, string>();
  readonly #said = new Map<string, Set<string>>();

  attach(peer: string, engine: string): void {
    this.#engines.set(peer, engine);
  }

  /** Warns about a resource. A text that this run already has is not repeated. */
  async warn(peer: string, urn: string, message: string): Promise<void> {
    const engine = this.#engines.get(peer);
    if (engine === undefined) return;
    const said = this.#said.get(engine) ?? new Set<string>();
    this.#said.set(engine, said);
    if (said.has(message)) return;
    said.add(message);
    const client = new EngineClient(engine, credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
    const request = new LogRequest().setSeverity(LogSeverity.WARNING).setMessage(message).setUrn(urn);
    // A warning that cannot be shown must not fail the deploy.
    await new Promise<void>((resolve) => {
      client.log(request, () => {
        resolve();
      });
    });
    client.close();
  }
}
