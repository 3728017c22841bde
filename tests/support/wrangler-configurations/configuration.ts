/** A Wrangler project, as teams have them. */
export interface Configuration {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** The environments that are deployed; undefined is the top level. Default: the top level. */
  readonly environments?: readonly (string | undefined)[];
  /** The stack and the name of each Worker, in the order of the environments. */
  readonly workers: readonly (readonly [stack: string, worker: string])[];
  /** The requests whose answers are compared: `METHOD path`. */
  readonly requests: readonly string[];
  /** Secrets that are live on each Worker. */
  readonly secrets?: readonly string[];
  /** Requests to the API before Wrangler deploys, with their bodies. `{account}` is the account's path. */
  readonly before?: readonly (readonly [request: string, body?: unknown])[];
  /** The same after it. */
  readonly after?: readonly (readonly [request: string, body?: unknown])[];
  /** Bindings that the Worker has after the deploy by Pulumi only, which the report says. */
  readonly added?: readonly object[];
  /** The keys that the report names. */
  readonly leftOut: readonly string[];
}

/** A Worker that answers with its variables, and with the lengths of its texts, which may be secrets. */
export const ECHO = `export default {
  async fetch(request, env) {
    const values = Object.entries(env).filter(([, value]) => typeof value !== "object" || Array.isArray(value)).sort();
    return Response.json(values.map(([name, value]) => [name, typeof value === "string" ? value.length : value]));
  },
};
`;
