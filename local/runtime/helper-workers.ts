import { Response, type WorkerOptions } from "miniflare";
import type { OnTrace } from "./tail";

/** Looks up a secret of the account's Secrets Store; undefined if the store has no such secret. */
type StoreSecret = (store: string, name: string) => string | undefined;

/** A binding that throws its `message` whenever it is used. No Worker can have this name, or those below. */
export const ABSENT = "local:absent";
/** A binding that does nothing, in place of one that a Worker cannot have while it is tried alone. */
export const INERT = "local:inert";
/** A binding to a secret of a Secrets Store. */
export const STORE_SECRET = "local:store-secret";

const ABSENT_MODULE = `export default ({ message }) => {
  const fail = () => { throw new Error(message); };
  return new Proxy(fail, { get: fail, has: fail, apply: fail, construct: fail });
};`;

/** It answers everything with itself, because code may use a binding while it starts: `env.DB.prepare(...)`. */
const INERT_MODULE = `export default () => {
  const inert = new Proxy(function () {}, {
    get: (target, key) => (key === "then" || typeof key === "symbol" ? undefined : inert),
    apply: () => inert,
    construct: () => inert,
  });
  return inert;
};`;

/** Asks for the value each time, so that a changed one needs no deploy. */
const STORE_SECRET_MODULE = `export default ({ store, secret, VALUES }) => ({
  async get() {
    const answer = await VALUES.fetch("http://values/?" + new URLSearchParams({ store, secret }));
    if (!answer.ok) throw new Error(\`Secret "\${secret}" not found\`);
    return answer.text();
  },
});`;

/** What the helpers of an account's Workers need. */
export interface Help {
  readonly storeSecret: StoreSecret;
  readonly onTrace: OnTrace;
  /** Whether a Worker's traces are wanted from its start on. */
  readonly isTraced: (worker: string) => boolean;
}

/** The options of a Worker that name helpers. */
interface Wrapping {
  readonly wrappedBindings?: Readonly<Record<string, { readonly scriptName: string }>>;
}

/**
 * The Workers that make Miniflare's wrapped bindings, by name. Each takes time to start, so there are only those that
 * these Workers use.
 */
export function helperWorkers({ storeSecret }: Help, workers: readonly object[]): Map<string, WorkerOptions> {
  const values = ({ url }: { readonly url: string }): Response => {
    const { searchParams } = new URL(url);
    const value = storeSecret(searchParams.get("store") ?? "", searchParams.get("secret") ?? "");
    return new Response(value ?? null, { status: value === undefined ? 404 : 200 });
  };
  const helpers = new Map<string, WorkerOptions>([
    [ABSENT, { modules: true, script: ABSENT_MODULE }],
    [INERT, { modules: true, script: INERT_MODULE }],
    [STORE_SECRET, { modules: true, script: STORE_SECRET_MODULE, serviceBindings: { VALUES: values } }],
  ]);
  const used = new Set(
    (workers as readonly Wrapping[]).flatMap(({ wrappedBindings = {} }) =>
      Object.values(wrappedBindings).map(({ scriptName }) => scriptName),
    ),
  );
  return new Map([...helpers].filter(([name]) => used.has(name)));
}
