import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import { VERIFICATION } from "../../component/contract/type-tokens";

const SIGNS: Readonly<Record<string, string>> = {
  create: "+",
  update: "~",
  delete: "-",
  replace: "+-",
  "create-replacement": "++",
  "delete-replaced": "--",
};

/** What runs the program, which is no part of it. */
const RUNNER = "kit/stack-program.ts";

/** Resources that say nothing about the Workers. */
const UNSAID = new RegExp(`^(?:pulumi:pulumi:Stack$|pulumi:providers:|${VERIFICATION}$)`);

const SUMMARY =
  /^(?:Running program .* failed with an unhandled exception|One or more errors occurred|update failed)/;

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

  readonly onEvent = ({ resourcePreEvent, diagnosticEvent }: EngineEvent): void => {
    if (resourcePreEvent) this.#step(resourcePreEvent.metadata);
    if (diagnosticEvent === undefined || diagnosticEvent.ephemeral === true) return;
    const { severity, message } = diagnosticEvent;
    const text = this.#short(message);
    // The SDK's last word, which only says that there were errors.
    const isNew = !SUMMARY.test(text) && !this.errors.some((error) => error.includes(text));
    if (severity === "error" && isNew) this.errors.push(text);
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
    this.log(
      `  ${sign} ${type.split(/[:/]/).at(-1) ?? type} ${urn.split("::").slice(3).join("::")}${properties}`,
    );
  }

  /** A message without the engine's colours, and of a stack only the first frame in the checkout. */
  #short(message: string): string {
    const lines = message
      .replaceAll(/<\{%[^%]*%\}>/g, "")
      .replace(/^(?:(?:error|warning): )?(?:Unhandled exception: )?/, "")
      .replaceAll(`${this.root}/`, "")
      .trim()
      .split("\n")
      .filter((line) => !line.includes(RUNNER));
    const first = lines.findIndex((line) => /^\s+at /.test(line));
    if (first === -1) return lines.join("\n");
    const own = lines
      .slice(first)
      .find((line) => /^\s+at /.test(line) && !/node_modules|node:|\(\//.test(line));
    return [...lines.slice(0, first), ...(own === undefined ? [] : [own])].join("\n");
  }
}
