import * as z from "zod";
import { SECRET, WORKER_SCRIPT, WORKERS_SCRIPT } from "../../component/contract/type-tokens";
import { isoTime } from "./time";

/** A Worker in the state of a stack. */
export interface DeployedWorker {
  readonly environment: string;
  /** Undefined if the program made it a secret. */
  readonly accountId: string | undefined;
  /** The script's name in the account. */
  readonly script: string;
  readonly declared: readonly DeclaredSecret[];
  /**
   * Whether `declared` is complete (`all`). It is not after a deploy by an `older` WorkerScript, nor for a `bare`
   * Worker without a WorkerScript: then no live secret can be called undeclared.
   */
  readonly recorded: "all" | "older" | "bare";
  /** When this stack last uploaded the script. */
  readonly uploaded: string | undefined;
}

export interface DeclaredSecret {
  readonly binding: string;
  /** The binding's type; `inherit` for an entry of `inheritedSecrets`. */
  readonly type: string;
  readonly source?: string | undefined;
  readonly maxAge?: number | undefined;
  /** Identifies the resource that holds the sealed fingerprint of the value. */
  readonly urn?: string | undefined;
  /** When the secret was first deployed. */
  readonly created?: string | undefined;
}

/** Reads a text; a secret is an object in the state, so it yields undefined. */
const TEXT = z.string().optional().catch(undefined);
const PROPERTIES = z.record(z.string(), z.unknown()).optional().catch(undefined);
const RESOURCE = z.object({
  urn: z.string(),
  type: z.string(),
  parent: TEXT,
  id: TEXT,
  created: TEXT.transform(isoTime),
  modified: TEXT.transform(isoTime),
  inputs: PROPERTIES,
  outputs: PROPERTIES,
  /** Whether the resource was replaced and is pending deletion. */
  delete: z.boolean().optional().catch(undefined),
});
const STATE = z.object({ deployment: z.object({ resources: z.array(RESOURCE).nullish() }) });
const INVENTORY = z.array(
  z
    .object({
      name: z.string(),
      type: z.string(),
      source: TEXT,
      maxAge: z.number().optional().catch(undefined),
    })
    .transform(({ name: binding, ...rest }): DeclaredSecret => ({ binding, ...rest })),
);

export type Resource = z.infer<typeof RESOURCE>;

/** Finds the Workers in the output of `pulumi stack export`, without any of its encrypted parts. */
export function workersOf(environment: string, state: string): DeployedWorker[] {
  const resources = resourcesOf(state);
  const components = new Map(
    resources.filter(({ type }) => type === WORKER_SCRIPT).map((it) => [it.urn, it]),
  );
  const secrets = new Map<string, DeclaredSecret[]>([...components.keys()].map((urn) => [urn, []]));
  for (const secret of resources.filter(({ type }) => type === SECRET)) {
    secrets.get(secret.parent ?? "")?.push(recordedSecret(secret));
  }
  return resources
    .filter(({ type }) => type === WORKERS_SCRIPT)
    .map(({ id, inputs, parent = "", modified: uploaded }) => {
      const component = components.get(parent);
      const children = secrets.get(parent) ?? [];
      const inventory = inventoryOf(component);
      return {
        environment,
        accountId: TEXT.parse(inputs?.["accountId"]),
        script: TEXT.parse(inputs?.["scriptName"]) ?? id ?? "unknown",
        declared: inventory === undefined ? children : withRecords(inventory, children),
        recorded: inventory !== undefined ? "all" : component !== undefined ? "older" : "bare",
        uploaded,
      };
    });
}

/** @throws Error if the text is not a state; a stack that has deployed nothing has no resources */
export function resourcesOf(state: string): Resource[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(state);
  } catch {
    // The messages of JSON.parse and zod would quote the state.
  }
  const { data } = STATE.safeParse(parsed);
  if (data === undefined) throw new Error("What Pulumi exported is not a state.");
  return (data.deployment.resources ?? []).filter((resource) => resource.delete !== true);
}

/** The resource's name is `<component>/<binding>`. */
function recordedSecret({ urn, created }: Resource): DeclaredSecret {
  return { binding: urn.slice(urn.lastIndexOf("/") + 1), type: "secret_text", urn, created };
}

/** The component's inventory; undefined in an older state, or if a name in it is a secret. */
function inventoryOf(component: Resource | undefined): DeclaredSecret[] | undefined {
  return INVENTORY.safeParse(component?.outputs?.["inventory"]).data;
}

function withRecords(
  inventory: readonly DeclaredSecret[],
  recorded: readonly DeclaredSecret[],
): DeclaredSecret[] {
  const byName = new Map(recorded.map((secret) => [secret.binding, secret]));
  return inventory.map((item) => ({ ...byName.get(item.binding), ...item }));
}
