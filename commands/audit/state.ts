import * as z from "zod";
import { SECRET, WORKER_SCRIPT, WORKERS_SCRIPT } from "../../component/contract/type-tokens";
import { isoTime } from "./time";

/** A Worker as the state of a stack has it. */
export interface DeployedWorker {
  readonly environment: string;
  /** Undefined if the program made it a secret. */
  readonly accountId: string | undefined;
  /** The script's name in the account. */
  readonly script: string;
  readonly declared: readonly DeclaredSecret[];
  /**
   * Whether `declared` is all that the program declares. It is not after a deploy by an `older` WorkerScript, and `bare`
   * is a Worker without one: then nothing that is live can be called undeclared.
   */
  readonly recorded: "all" | "older" | "bare";
  /** The script's last upload by this stack. */
  readonly uploaded: string | undefined;
}

export interface DeclaredSecret {
  readonly binding: string;
  /** The binding's type; `inherit` for one of `inheritedSecrets`. */
  readonly type: string;
  readonly source?: string | undefined;
  readonly maxAge?: number | undefined;
  /** Identifies the resource that holds the sealed fingerprint of the value. */
  readonly urn?: string | undefined;
  /** When it was first deployed. */
  readonly created?: string | undefined;
}

/** A secret is an object in the state, and so no text. */
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
  /** Whether it was replaced and is still to be deleted. */
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

/** Finds the Workers in what `pulumi stack export` prints. Nothing that is encrypted there is needed. */
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

/** @throws Error if it is no state; a stack that has deployed nothing has no resources */
export function resourcesOf(state: string): Resource[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(state);
  } catch {
    // The parser's own message would quote the state, and so would zod's.
  }
  const { data } = STATE.safeParse(parsed);
  if (data === undefined) throw new Error("What Pulumi exported is not a state.");
  return (data.deployment.resources ?? []).filter((resource) => resource.delete !== true);
}

/** The resource's name is `<component>/<binding>`. */
function recordedSecret({ urn, created }: Resource): DeclaredSecret {
  return { binding: urn.slice(urn.lastIndexOf("/") + 1), type: "secret_text", urn, created };
}

/** What the component says that it declares; undefined in an older state, and if a name in it is a secret. */
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
