import { SECRET, WORKER_SCRIPT, WORKERS_SCRIPT } from "../../component/contract/type-tokens";
import { isObject, optionalString } from "../../kit/json";

/** A Worker as the state of a stack has it. */
export interface DeployedWorker {
  readonly environment: string;
  /** Undefined where the program made a secret of it. */
  readonly accountId: string | undefined;
  /** The script's name in the account. */
  readonly script: string;
  readonly declared: readonly DeclaredSecret[];
  /**
   * Whether `declared` is all that the program declares. It is not after a deploy by an `older` WorkerScript, and `bare`
   * is a Worker without one: then nothing that is live can be called undeclared.
   */
  readonly recorded: "all" | "older" | "bare";
  /** The script's last upload. */
  readonly uploaded: string | undefined;
}

export interface DeclaredSecret {
  readonly binding: string;
  /** The binding's type; `inherit` for one of `inheritedSecrets`. */
  readonly type: string;
  readonly source?: string | undefined;
  readonly maxAge?: number | undefined;
  /** Its resource, which holds the sealed fingerprint of its value. */
  readonly urn?: string | undefined;
  /** When it was first deployed. */
  readonly created?: string | undefined;
}

export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly id?: string;
  readonly created?: string;
  readonly modified?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** It was replaced, and its deletion is still to come. */
  readonly delete?: boolean;
}

/** The Workers of a stack, as `pulumi stack export` has them. Nothing that is encrypted there is needed. */
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
    .map(({ id, inputs, parent = "", modified }) => {
      const component = components.get(parent);
      const children = secrets.get(parent) ?? [];
      const inventory = inventoryOf(component);
      return {
        environment,
        accountId: optionalString(inputs?.accountId),
        script: optionalString(inputs?.scriptName) ?? id ?? "unknown",
        declared: inventory === undefined ? children : withRecords(inventory, children),
        recorded: inventory !== undefined ? "all" : component !== undefined ? "older" : "bare",
        uploaded: isoTime(modified),
      };
    });
}

/** @throws Error where it is no state; a stack that has deployed nothing has no resources */
export function resourcesOf(state: string): Resource[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(state);
  } catch {
    // The parser's own message would quote the state.
  }
  const deployment = isObject(parsed) ? (parsed.deployment as { resources?: Resource[] | null }) : undefined;
  if (!isObject(deployment)) throw new Error("What Pulumi exported is not a state.");
  return (deployment.resources ?? []).filter((resource) => resource.delete !== true);
}

/** Its name is `<component>/<binding>`. */
function recordedSecret({ urn, created }: Resource): DeclaredSecret {
  return {
    binding: urn.slice(urn.lastIndexOf("/") + 1),
    type: "secret_text",
    urn,
    created: isoTime(created),
  };
}

/** What the component says that it declares; undefined in an older state, and where a name in it is a secret. */
function inventoryOf(component: Resource | undefined): DeclaredSecret[] | undefined {
  const { inventory } = component?.outputs ?? {};
  if (!Array.isArray(inventory)) return undefined;
  const declared = inventory.map((entry: unknown) => {
    const { name, type, source, maxAge } = isObject(entry) ? entry : {};
    return {
      binding: optionalString(name),
      type: optionalString(type),
      source: optionalString(source),
      maxAge: typeof maxAge === "number" ? maxAge : undefined,
    };
  });
  const named = (item: (typeof declared)[number]): item is (typeof declared)[number] & DeclaredSecret =>
    item.binding !== undefined && item.type !== undefined;
  return declared.every(named) ? declared : undefined;
}

function withRecords(
  inventory: readonly DeclaredSecret[],
  recorded: readonly DeclaredSecret[],
): DeclaredSecret[] {
  const byName = new Map(recorded.map((secret) => [secret.binding, secret]));
  return inventory.map((item) => ({ ...byName.get(item.binding), ...item }));
}

/** A moment in the one form in which moments can be compared as texts; undefined where it is none. */
export function isoTime(moment: unknown): string | undefined {
  const time = typeof moment === "string" ? Date.parse(moment) : NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
