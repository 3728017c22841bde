import type { Api } from "./api";
import type { Rule } from "./rules";
import { type Properties, text } from "./values";

interface ReadResult {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** What the provider knows about one type of resource. */
export interface ResourceKind {
  /** Inputs whose change makes a new resource. */
  readonly replacing: readonly string[];
  /** What an input is when the program leaves it out. */
  readonly defaults: Properties;
  /** Inputs that the API fills when the program leaves them out: to leave one out is no change. */
  readonly computed: readonly string[];
  /** Inputs that can be given; any other is refused. */
  readonly inputs: readonly string[];
  /** What Check refuses, in addition to inputs that are not served. */
  readonly rules: readonly Rule[];
  /** Marks the secrets among inputs or outputs. */
  seal(properties: Properties): Properties;
  create(api: Api, inputs: Properties): Promise<{ id: string; outputs: Properties }>;
  /** The live resource, or undefined if there is none; an empty `state` asks for an import of `id`. */
  read(api: Api, id: string, state: Properties, inputs: Properties): Promise<ReadResult | undefined>;
  update(api: Api, inputs: Properties): Promise<Properties>;
  delete(api: Api, state: Properties): Promise<void>;
}

/** A script's own address, below the API's base. */
export function scriptPath(properties: Properties): string {
  const account = encodeURIComponent(text(properties, "accountId"));
  return `/accounts/${account}/workers/scripts/${encodeURIComponent(text(properties, "scriptName"))}`;
}

/** Splits the `<account_id>/<script_name>` that an import names. */
export function parseImportId(id: string): { accountId: string; scriptName: string } {
  const [accountId, scriptName, ...rest] = id.split("/");
  if (!accountId || !scriptName || rest.length > 0) {
    throw new Error(`The import id must be <account_id>/<script_name>, not "${id}"`);
  }
  return { accountId, scriptName };
}
