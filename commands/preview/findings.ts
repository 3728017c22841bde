import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import type { InventoryEntry } from "../../component/contract/inventory";
import { SECRET, VERIFICATION, WITH_INVENTORY } from "../../component/contract/type-tokens";
import { nameOfUrn, saidBy, shortType } from "../../kit/engine-event";
import { engineMessage } from "../../kit/engine-message";

/** What a deploy would do to a secret. `kept` secrets stay as they are. */
export type SecretChange = "created" | "changed" | "removed" | "kept";

export interface PreviewedSecret {
  readonly binding: string;
  /** The name of the component in the program. */
  readonly component: string;
  readonly change: SecretChange;
  /** See `Source`; undefined if it is removed, or the program does not say. */
  readonly source: string | undefined;
  /** The source's name of the value's version. */
  readonly version: string | undefined;
}

/** Another resource that a deploy would change. */
export interface ResourceChange {
  readonly op: string;
  /** The last part of the type's token: `WorkersScript`. */
  readonly type: string;
  readonly name: string;
  /** The properties that differ. */
  readonly properties: readonly string[];
}

/** What a policy found. */
export interface Violation {
  readonly level: string;
  /** `pack/policy`. */
  readonly policy: string;
  /** The resource's name; empty for a finding about the whole stack. */
  readonly name: string;
  readonly message: string;
}

const CHANGES: Readonly<Record<string, SecretChange>> = {
  create: "created",
  update: "changed",
  delete: "removed",
  same: "kept",
};

const CHANGING = ["create", "update", "delete", "replace", "import"];

/** Resources that say nothing about what a deploy does. */
const UNSAID = new RegExp(`^(?:pulumi:pulumi:Stack$|pulumi:providers:|${VERIFICATION}$)`);

/** Collects from the engine's events what a reviewer wants to know of a preview. No value is in it. */
export class Findings {
  readonly errors = new Set<string>();
  readonly warnings = new Set<string>();
  readonly #secrets = new Map<string, StepEventMetadata>();
  readonly #resources = new Map<string, ResourceChange>();
  readonly #violations = new Map<string, Violation>();
  readonly #inventories = new Map<string, readonly InventoryEntry[]>();

  /** @param root the checkout, which is taken out of messages */
  constructor(private readonly root: string) {}

  readonly onEvent = (event: EngineEvent): void => {
    const { resourcePreEvent, resOutputsEvent, policyEvent } = event;
    if (resourcePreEvent) this.#step(resourcePreEvent.metadata);
    if (resOutputsEvent) this.#registered(resOutputsEvent.metadata);
    const said = saidBy(event, this.root);
    if (said !== undefined) (said.severity === "error" ? this.errors : this.warnings).add(said.text);
    if (policyEvent) {
      const { enforcementLevel: level, policyPackName, policyName, resourceUrn = "", message } = policyEvent;
      const policy = `${policyPackName}/${policyName}`;
      const text = engineMessage(message, this.root) ?? "";
      this.#violations.set(`${policy} ${resourceUrn} ${message}`, {
        level,
        policy,
        name: nameOfUrn(resourceUrn),
        message: text,
      });
    }
  };

  /** By component and binding. */
  secrets(): PreviewedSecret[] {
    const declared = [...this.#secrets.values()].map(({ op, urn, new: after }): PreviewedSecret => {
      const name = nameOfUrn(urn);
      const at = name.lastIndexOf("/");
      const [component, binding] = [name.slice(0, at), name.slice(at + 1)];
      const source = this.#entries(component).find((entry) => entry.name === binding)?.source;
      const { version } = (after?.inputs ?? {}) as { version?: unknown };
      return {
        binding,
        component,
        change: CHANGES[op] ?? "changed",
        source,
        version: typeof version === "string" ? version : undefined,
      };
    });
    return declared.sort(by(({ component, binding }) => `${component}/${binding}`));
  }

  /** By name and type. */
  resources(): ResourceChange[] {
    return [...this.#resources.values()].sort(by(({ name, type }) => `${name} ${type}`));
  }

  /** The mandatory ones first; then by policy and resource. */
  violations(): Violation[] {
    return [...this.#violations.values()].sort(by(({ level, policy, name }) => `${level} ${policy} ${name}`));
  }

  #entries(component: string): readonly InventoryEntry[] {
    return this.#inventories.get(component) ?? [];
  }

  #step(metadata: StepEventMetadata): void {
    const { op, type, urn, diffs = [] } = metadata;
    if (type === SECRET) this.#secrets.set(urn, metadata);
    else if (CHANGING.includes(op) && !UNSAID.test(type)) {
      const change = { op, type: shortType(type), name: nameOfUrn(urn), properties: diffs };
      this.#resources.set(urn, change);
    }
  }

  #registered({ urn, type, new: registered }: StepEventMetadata): void {
    if (!WITH_INVENTORY.includes(type) || registered === undefined) return;
    const { inventory } = registered.outputs as { inventory?: unknown };
    // The engine reports an unchanged component twice: first from the state, then as the program declares it.
    if (Array.isArray(inventory)) this.#inventories.set(nameOfUrn(urn), inventory as InventoryEntry[]);
  }
}

function by<T>(key: (of: T) => string): (one: T, other: T) => number {
  return (one, other) => {
    const [first, second] = [key(one), key(other)];
    return first < second ? -1 : first > second ? 1 : 0;
  };
}
