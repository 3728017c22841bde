import { printSource } from "../../component/contract/source";
import type { Found, LiveBinding, Version } from "../../kit/live/read-live";
import type { Notes } from "../../kit/notes";
import type { AuditedSecret } from "./report";
import { noteServing } from "./serving";
import type { DeclaredSecret, DeployedWorker } from "./state";

/** A secret that is declared, live or both. */
export interface FoundSecret {
  readonly worker: DeployedWorker;
  readonly binding: string;
  readonly source: string;
  readonly state: AuditedSecret["state"];
  readonly declared: DeclaredSecret | undefined;
}

/** Compares what the stack declares with what is on the Worker; `live` is undefined if Cloudflare was not asked. */
export function compare(worker: DeployedWorker, live: Found | undefined, notes: Notes): FoundSecret[] {
  const name = `${worker.script} (${worker.environment})`;
  if (live === "absent")
    notes.add("Deployed, but no longer on Cloudflare: {}. `pulumi up --refresh` creates it again.", name);
  if (worker.recorded !== "all") notes.add(UNRECORDED[worker.recorded], name);
  if (typeof live === "object") noteServing(live, worker, notes);
  const names = new Set(worker.declared.map(({ binding }) => binding));
  const found = bindingsOf(live);
  const declared = worker.declared.map((secret) => {
    const { binding, type, source = sourceOf(found.get(binding)) } = secret;
    return {
      worker,
      binding,
      source: type === "inherit" ? "inherited" : source,
      state: stateOf(secret, live),
      declared: secret,
    };
  });
  const others = [...found.values()].filter(({ name, isSecret }) => isSecret && !names.has(name));
  const undeclared = others.map((live) => ({
    worker,
    binding: live.name,
    source: sourceOf(live),
    state: worker.recorded === "all" ? ("undeclared" as const) : ("unknown" as const),
    declared: undefined,
  }));
  return [...declared, ...undeclared];
}

/** Cloudflare reports where a value comes from only for a secret from Secrets Store. */
function sourceOf(live: LiveBinding | undefined): string {
  return live?.inStore === undefined ? "unknown" : printSource({ kind: "secrets-store", ...live.inStore });
}

const UNRECORDED = {
  older:
    "Deployed by an older WorkerScript: {}. The next `pulumi up` records sources, ages and what is inherited; until then nothing there can be called undeclared.",
  bare: "Deployed without WorkerScript: {}. What is declared is encrypted in the state, so only what is live is listed, and nothing can be called missing or undeclared.",
};

/**
 * The bindings of all serving versions. A secret takes precedence over a variable of the same name in another version.
 * If the serving versions are unknown, the latest version is used: an undeclared secret there may be live.
 */
function bindingsOf(live: Found | undefined): Version["bindings"] {
  if (typeof live !== "object") return new Map();
  const versions = live.serving ?? [live.latest].filter((version) => version !== undefined);
  const all = versions.flatMap(({ bindings }) => [...bindings]);
  return new Map(all.sort(([, a], [, b]) => Number(a.isSecret) - Number(b.isSecret)));
}

function stateOf({ binding, type }: DeclaredSecret, live: Found | undefined): FoundSecret["state"] {
  if (live === "absent") return "missing";
  if (live === undefined || live === "unreadable" || live.serving === undefined) return "unknown";
  const isLive = live.serving.every(({ bindings }) => {
    const found = bindings.get(binding);
    // A variable in place of a secret shows its value to every reader. An inherited binding may have any type.
    return found !== undefined && (found.isSecret || type === "inherit");
  });
  return isLive ? "live" : "missing";
}
