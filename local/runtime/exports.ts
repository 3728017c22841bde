import type { Module, WorkerCode } from "./code";

/** The event handlers of a Worker's default export, and its named entry points. */
export interface Exports {
  readonly handlers: readonly string[];
  readonly named: readonly { readonly name: string; readonly handlers: readonly string[] }[];
}

const DESCRIBER_MODULE = "__describer.js";
const KNOWN = [
  "alarm",
  "email",
  "fetch",
  "queue",
  "scheduled",
  "tail",
  "tailStream",
  "trace",
  "webSocketMessage",
];

/** The entry point that responds with the code's exports. */
export const DESCRIBER = "local__describer";

/**
 * Adds an entry point that responds with the code's exports, which are only known by running it. It is one of the Worker
 * itself, because a second Worker with the same code would take as long to start as the first.
 *
 * @param mainModule the code's main module
 */
export function described(code: WorkerCode, mainModule: string): WorkerCode {
  const content = Buffer.from(`
import * as exported from ${JSON.stringify(`./${mainModule}`)};
const handlers = (value) => {
  const names = new Set();
  for (let at = typeof value === "function" ? value.prototype : value; at && at !== Object.prototype; at = Object.getPrototypeOf(at))
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  return ${JSON.stringify(KNOWN)}.filter((name) => names.has(name));
};
const describe = () => {
  const { default: main, ...others } = exported;
  const named = Object.entries(others).map(([name, value]) => ({ name, handlers: handlers(value) }));
  return Response.json({ handlers: handlers(main), named });
};
export * from ${JSON.stringify(`./${mainModule}`)};
export default exported.default ?? {};
export const ${DESCRIBER} = { fetch: describe };
`);
  const entry: Module = { name: DESCRIBER_MODULE, contentType: "application/javascript+module", content };
  return { ...code, mainModule: DESCRIBER_MODULE, modules: [entry, ...code.modules] };
}

/** A service worker has no entry points, so another Worker with the same code responds with the events it listens to. */
export function serviceWorkerDescriber(worker: WorkerCode): WorkerCode {
  const assets = worker.assets && { ...worker.assets, hasCode: true, routing: { run_worker_first: true } };
  return {
    ...worker,
    assets,
    modules: worker.modules.map(({ name, contentType, content }) => ({
      name,
      contentType,
      content: serviceWorker(content),
    })),
  };
}

function serviceWorker(content: Uint8Array): Uint8Array {
  return Buffer.concat([
    Buffer.from(
      "const __seen = new Set(), __listen = addEventListener; globalThis.addEventListener = (type) => __seen.add(type);\n",
    ),
    content,
    Buffer.from(
      '\n__listen.call(globalThis, "fetch", (event) => event.respondWith(Response.json({ handlers: [...__seen].sort(), named: [] })));',
    ),
  ]);
}
