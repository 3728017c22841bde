import type { Api } from "./api";
import type { Rule } from "./rules";
import type { Properties } from "./values";

/** How the official provider treats one input. */
export interface Input {
  /** Check refuses the program without it. */
  readonly required?: true;
  /** A change of it replaces the resource. */
  readonly replaces?: true;
  /** It is not in the body, but in the path, the query or a header. Nor does the API return it. */
  readonly sent?: false;
  /** Its name in the API. Default: ours in snake case. */
  readonly as?: string;
  /** Sent and recorded if the program leaves it out. */
  readonly default?: unknown;
  /** The API fills it in, or fields of it, where the program leaves them out. */
  readonly computed?: true;
  /** The API does not return it, so it stays as it is in the state. */
  readonly unread?: true;
  /** The schema marks it as secret. */
  readonly sealed?: true;
  readonly oneOf?: readonly string[];
}

export type RestMethod = "create" | "read" | "update" | "delete";

/** What one resource type is to the API. Paths have `{name}` for an input and `{id}` for the resource's id. */
export interface RestResource {
  /** The path that creates it. */
  readonly collection: string;
  /** That path is the resource's own too. Default: the resource's path adds its id. */
  readonly single?: true;
  readonly create: "post" | "put";
  /** How it is changed. Default: no request, because what does not replace it is not sent. A patch has what changed. */
  readonly update?: "post" | "put" | "patch";
  /** Which path that request has. Default: the item's. */
  readonly updates?: "collection";
  readonly inputs: Readonly<Record<string, Input>>;
  readonly rules?: readonly Rule[];
  /** What only the API sets. */
  readonly outputs?: readonly string[];
  /** What only the answer to its creation has; the schema marks it as secret. */
  readonly secretOutputs?: readonly string[];
  /** The property that is the resource's id. */
  readonly id: string;
  /** The parts of an import id. Default: the resource cannot be imported. */
  readonly imports?: readonly string[];
  readonly headers?: (properties: Properties, method: RestMethod) => Readonly<Record<string, string>>;
  /** Turns the body as it would be into what is sent. */
  readonly body?: (body: Properties, method: RestMethod) => unknown;
  /** Turns the API's result into an object. */
  readonly result?: (result: unknown) => unknown;
  /** How it is read. Default: one GET of its path, whose result has its properties. */
  readonly read?: (api: Api, path: string) => Promise<Properties>;
  /** The query of a request; a property without a value is left out. */
  readonly query?: (properties: Properties, method: RestMethod) => Properties;
  /** Why destroying it makes no request. Default: it makes one. */
  readonly stays?: string;
}

/** The kinds of input that most entries have. */
export const IN_PATH: Input = { required: true, replaces: true, sent: false };
export const NAME: Input = { required: true, replaces: true };
export const REQUIRED: Input = { required: true };
export const FILLED: Input = { computed: true };
