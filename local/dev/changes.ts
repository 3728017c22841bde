import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import { VERIFICATION } from "../../component/contract/type-tokens";
import { nameOfUrn, saidBy, shortType } from "../../kit/engine-event";

const SIGNS: Readonly<Record<string, string>> = {
  create: "+",
  update: "~",
  delete: "-",
  replace: "+-",
  "create-replacement": "++",
  "delete-replaced": "--",
};

/** Resources that say nothing about the Workers. */
const UNSAID = new RegExp(`^(?:pulumi:pulumi:Stack$|pulumi:providers:|${VERIFICATION}$)`);

/** What an operation of the engine did, in a line for each resource, and what it warned of and refused. */
export class Changes {
  /** The errors, each once. */
  readonly errors: string[] = [];
  readonly #warnings = new Set<string>();
  #steps = 0;

  /** @param log gets each change and each warning as it happens */
  constructor(
    private readonly log: (line: string) => void,
    private readonly root: string,
  ) {}

  /** Whether no resource has changed. */
  get isEmpty(): boolean {
    return this.#steps === 0;
  }

  readonly onEvent = (event: EngineEvent): void => {
    if (event.resourcePreEvent) this.#step(event.resourcePreEvent.metadata);
    const { severity, text = "" } = saidBy(event, this.root) ?? {};
    if (severity === "error" && !this.errors.some((error) => error.includes(text))) this.errors.push(text);
    if (severity === "warning" && !this.#warnings.has(text)) {
      this.#warnings.add(text);
      this.log(`  warning: ${text}`);
    }
  };

  #step({ op, type, urn, diffs = [] }: StepEventMetadata): void {
    const sign = SIGNS[op];
    if (sign === undefined || UNSAID.test(type)) return;
    this.#steps += 1;
    const properties = diffs.length === 0 ? "" : ` [${diffs.join(", ")}]`;
    this.log(`  ${sign} ${shortType(type)} ${nameOfUrn(urn)}${properties}`);
  }
}
