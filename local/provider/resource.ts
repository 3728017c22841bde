import type { Api } from "./api";
import type { Rule } from "./rules";
import { type Properties, snakeCase, text } from "./values";

interface ReadResult {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** One resource type of the provider. */
export interface ResourceKind {
  /** Inputs that replace the resource when they change. */
  readonly replacing: readonly string[];
  /** Values of the inputs that the program leaves out. */
  readonly defaults: Properties;
  /** Inputs that the API fills in when the program leaves them out, so leaving one out is not a change. */
  readonly computed: readonly string[];
  /** Those of them of which the API also fills in fields that the program leaves out. */
  readonly filled: readonly string[];
  /** Supported inputs; any other is recorded, with a warning. */
  readonly inputs: readonly string[] | "any";
  readonly rules: readonly Rule[];
  /** What of it this machine does not have, a sentence for each. Default: nothing. */
  absent?(inputs: Properties): readonly string[];
  /** Why the resource stays when it is destroyed. Default: it does not. */
  readonly stays?: string;
  /** Adds what the provider itself finds out to inputs that have passed the rules. */
  complete?(inputs: Properties): Promise<Properties>;
  /** Marks the secrets among inputs or outputs. */
  seal(properties: Properties): Properties;
  create(api: Api, inputs: Properties): Promise<{ id: string; outputs: Properties }>;
  /** Returns the live resource, or undefined if it does not exist. An empty `state` means an import of `id`. */
  read(api: Api, id: string, state: Properties, inputs: Properties): Promise<ReadResult | undefined>;
  update(api: Api, inputs: Properties, id: string, state: Properties): Promise<Properties>;
  delete(api: Api, state: Properties, id: string): Promise<void>;
}

/** The path of a script, relative to the API's base URL. */
export function scriptPath(properties: Properties): string {
  const account = encodeURIComponent(text(properties, "accountId"));
  return `/accounts/${account}/workers/scripts/${encodeURIComponent(text(properties, "scriptName"))}`;
}

/** Fills in a path, relative to the API's base URL: `{name}` is the property of that name. */
export function fillPath(template: string, properties: Properties): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(text(properties, key)));
}

/** Splits an import id into its named parts, each of which may be percent-encoded. */
export function parseImportId(
  id: string,
  parts: readonly string[] | undefined,
): Readonly<Record<string, string>> {
  if (parts === undefined) throw new Error("This resource does not support import");
  const values = id.split("/");
  if (values.length !== parts.length || values.includes("")) {
    const format = parts.map((part) => `<${snakeCase(part)}>`).join("/");
    throw new Error(`The import id must be ${format}, not "${id}"`);
  }
  return Object.fromEntries(parts.map((part, at) => [part, decodeURIComponent(values[at] ?? "")] as const));
}
