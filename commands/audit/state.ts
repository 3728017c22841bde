import * as z from "zod";
import {
  SECRET,
  SECRETS_STORE,
  STORE_SECRET,
  WITH_INVENTORY,
  WORKERS_SCRIPT,
} from "../../component/contract/type-tokens";
import type { SourceVersion } from "../../component/contract/secret-value";
import { parseState, type Resource, TEXT } from "../../kit/stack-state";

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
  /**
   * The store's id, if these are the secrets of a stack in the account's Secrets Store, and not a Worker: `script` is then
   * {@link STORE}. Undefined too if the program made it a secret.
   */
  readonly store?: string | undefined;
}

/** In place of a script's name, and never one. */
export const STORE = "(Secrets Store)";

export interface DeclaredSecret {
  readonly binding: string;
  /** The binding's type; `inherit` for an entry of `inheritedSecrets`. */
  readonly type: string;
  readonly source?: string | undefined;
  readonly maxAge?: number | undefined;
  /** The version of the value in its source. */
  readonly version?: SourceVersion | undefined;
  /** Identifies the resource that holds the sealed fingerprint of the value. */
  readonly urn?: string | undefined;
  /** When the secret was first deployed. */
  readonly created?: string | undefined;
}

const INVENTORY = z.array(
  z
    .object({
      name: z.string(),
      type: z.string(),
      source: TEXT,
      maxAge: z.number().optional().catch(undefined),
      version: z.object({ id: z.string(), created: TEXT, by: TEXT }).optional().catch(undefined),
    })
    .transform(({ name: binding, ...rest }): DeclaredSecret => ({ binding, ...rest })),
);

/** Finds the Workers in the output of `pulumi stack export`, without any of its encrypted parts. */
export function workersOf(environment: string, state: string): DeployedWorker[] {
  const { resources } = parseState(state);
  const components = new Map(
    resources.filter(({ type }) => WITH_INVENTORY.includes(type)).map((it) => [it.urn, it]),
  );
  const secrets = new Map<string, DeclaredSecret[]>([...components.keys()].map((urn) => [urn, []]));
  for (const secret of resources.filter(({ type }) => type === SECRET)) {
    secrets.get(secret.parent ?? "")?.push(recordedSecret(secret));
  }
  const stores = [...components.values()]
    .filter(({ type }) => type === SECRETS_STORE)
    .map((component): DeployedWorker => {
      const { urn, outputs } = component;
      const uploads = resources.filter(({ type, parent }) => type === STORE_SECRET && parent === urn);
      return {
        environment,
        accountId: TEXT.parse(outputs?.["accountId"]),
        script: STORE,
        store: TEXT.parse(outputs?.["storeId"]),
        declared: withRecords(inventoryOf(component) ?? [], secrets.get(urn) ?? []),
        recorded: "all",
        uploaded: uploads
          .flatMap(({ modified }) => modified ?? [])
          .sort()
          .at(-1),
      };
    });
  const workers = resources
    .filter(({ type }) => type === WORKERS_SCRIPT)
    .map(({ id, inputs, parent = "", modified: uploaded }): DeployedWorker => {
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
  return [...workers, ...stores];
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
