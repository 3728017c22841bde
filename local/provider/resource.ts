import type { Api } from "./api";
import type { Rule } from "./rules";
import { type Properties, text } from "./values";

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
  /** Supported inputs; any other is refused. */
  readonly inputs: readonly string[];
  /** Rules that Check applies in addition to refusing unsupported inputs. */
  readonly rules: readonly Rule[];
  /** Marks the secrets among inputs or outputs. */
  seal(properties: Properties): Properties;
  create(api: Api, inputs: Properties): Promise<{ id: string; outputs: Properties }>;
  /** Returns the live resource, or undefined if it does not exist. An empty `state` means an import of `id`. */
  read(api: Api, id: string, state: Properties, inputs: Properties): Promise<ReadResult | undefined>;
  update(api: Api, inputs: Properties): Promise<Properties>;
  delete(api: Api, state: Properties): Promise<void>;
}

/** The path of a script, relative to the API's base URL. */
export function scriptPath(properties: Properties): string {
  const account = encodeURIComponent(text(properties, "accountId"));
  return `/accounts/${account}/workers/scripts/${encodeURIComponent(text(properties, "scriptName"))}`;
}

/** Splits an import id, `<account_id>/<script_name>`. */
export function parseImportId(id: string): { accountId: string; scriptName: string } {
  const [accountId, scriptName, ...rest] = id.split("/");
  if (!accountId || !scriptName || rest.length > 0) {
    throw new Error(`The import id must be <account_id>/<script_name>, not "${id}"`);
  }
  return { accountId, scriptName };
}
