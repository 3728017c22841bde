import type { LiveBinding, Version } from "../../kit/live/read-live";
import { quoted } from "../../kit/quoted";
import type { DeclaredBinding, DeclaredWorker } from "./declared";

/** A `pulumi` command line for the stack. */
export type PulumiLine = (...words: string[]) => string;

/** A binding that is not as declared. */
export interface Finding {
  readonly name: string;
  /** How it differs. */
  readonly says: string;
  /** What an edit of the Worker's secrets does about it; undefined if it can do nothing. */
  readonly edit?: Edit;
  /** A sentence with what the user can do instead, and `{}` in place of the name. */
  readonly remedy?: string;
}

/** Removes a secret, or puts back its value. */
export type Edit = "remove" | (() => string);

/** The types that an edit of secrets can remove. */
const EDITABLE = ["secret_text", "secret_key"];

/** Compares what a Worker was deployed with with the versions that serve. A name must be in all of them to be live. */
export function difference(
  worker: DeclaredWorker,
  serving: readonly Pick<Version, "bindings">[],
  pulumi: PulumiLine,
): Finding[] {
  const remedies = remediesFor(worker, pulumi);
  const declared = new Map(worker.bindings.map((binding) => [binding.name, binding]));
  const live = new Map(serving.flatMap(({ bindings }) => [...bindings]));
  const isMissing = (name: string) => serving.some(({ bindings }) => !bindings.has(name));

  const found = worker.bindings.map((binding): Finding | undefined => {
    const { name, type } = binding;
    if (isMissing(name)) return missing(binding, remedies);
    const other = serving
      .map(({ bindings }) => bindings.get(name))
      .find((served) => served !== undefined && served.type !== type);
    // An inherited binding has the type of what it inherits.
    if (other === undefined || type === "inherit") return undefined;
    const remedy = type === "secret_text" ? remedies.refresh : remedies.upload;
    return { name, says: `declared as ${type}, and live as ${other.type}`, remedy };
  });
  const left = [...live.values()]
    .filter(({ name, type }) => !declared.has(name) && !worker.keeps.includes(type))
    .map((binding) => leftOver(binding, remedies));
  return [...found, ...left]
    .filter((finding) => finding !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

type Remedies = ReturnType<typeof remediesFor>;

function remediesFor({ script }: DeclaredWorker, pulumi: PulumiLine) {
  return {
    refresh:
      "Something else has the name of the secret {}. A deploy with a refresh replaces it, unless it refuses to overwrite " +
      `what is live: it then names the argument that allows it. Run: ${pulumi("up", "--refresh")}`,
    // `pulumi up --refresh` does not help: the provider's refresh sees no binding but secret_text.
    upload:
      "An edit of secrets cannot change {}. The next upload does, after any change to the Worker in the program (its " +
      "`annotations` are enough), unless the deploy refuses to remove or overwrite what is live: it then names the " +
      `argument that allows it. Run: ${pulumi("up")}`,
    inherited: (name: string) =>
      "The stack never had the value of {}, which is inherited. To put it back: " +
      `npx wrangler secret put ${quoted(name)} --name ${quoted(script)}`,
  };
}

function missing({ name, type, text }: DeclaredBinding, remedies: Remedies): Finding {
  if (text !== undefined) return { name, says: "declared, and not live", edit: text };
  if (type === "inherit") return { name, says: "inherited, and not live", remedy: remedies.inherited(name) };
  return { name, says: `declared as ${type}, and not live`, remedy: remedies.upload };
}

function leftOver({ name, type }: LiveBinding, remedies: Remedies): Finding {
  if (EDITABLE.includes(type)) return { name, says: "live, and not declared", edit: "remove" };
  return { name, says: `live as ${type}, and not declared`, remedy: remedies.upload };
}
