import type { Live } from "./live";
import type { Notes } from "./notes";
import type { AuditedSecret } from "./report";
import type { DeclaredSecret, DeployedWorker } from "./state";

/** A secret that is declared, or live, or both. */
export interface FoundSecret {
  readonly worker: DeployedWorker;
  readonly binding: string;
  readonly source: string;
  readonly state: AuditedSecret["state"];
  readonly declared: DeclaredSecret | undefined;
}

/** Compares what the stack declares with what is on the Worker; `live` is undefined where nobody was asked. */
export function compare(worker: DeployedWorker, live: Live | undefined, notes: Notes): FoundSecret[] {
  const name = `${worker.script} (${worker.environment})`;
  if (live === "absent")
    notes.add("Deployed, and not there any more: {}. `pulumi up --refresh` brings it back.", name);
  if (worker.recorded !== "all") notes.add(UNRECORDED[worker.recorded], name);
  const bindings = live === "absent" || live === "unreadable" ? undefined : live;
  const names = new Set(worker.declared.map(({ binding }) => binding));
  const declared = worker.declared.map((secret) => {
    const { binding, type, source = bindings?.get(binding)?.source ?? "unknown" } = secret;
    return {
      worker,
      binding,
      source: type === "inherit" ? "inherited" : source,
      state: stateOf(secret, live),
      declared: secret,
    };
  });
  const others = [...(bindings?.values() ?? [])].filter(({ name, isSecret }) => isSecret && !names.has(name));
  const undeclared = others.map(({ name, source = "unknown" }) => ({
    worker,
    binding: name,
    source,
    state: worker.recorded === "all" ? ("undeclared" as const) : ("unknown" as const),
    declared: undefined,
  }));
  return [...declared, ...undeclared];
}

const UNRECORDED = {
  older:
    "Deployed by an older WorkerScript: {}. The next `pulumi up` records sources, ages and what is inherited; until then nothing there can be called undeclared.",
  bare: "Deployed without WorkerScript: {}. What is declared is encrypted in the state, so only what is live is listed, and nothing can be called missing or undeclared.",
};

function stateOf({ binding, type }: DeclaredSecret, live: Live | undefined): FoundSecret["state"] {
  if (live === undefined || live === "unreadable") return "unknown";
  const found = live === "absent" ? undefined : live.get(binding);
  // A variable in its place can be read by everybody. What is inherited may be of any type.
  return found !== undefined && (found.isSecret || type === "inherit") ? "live" : "missing";
}
