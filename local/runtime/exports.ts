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

/** Wraps the code in an entry point that responds with the code's exports, which are only known by running it. */
export function describer(worker: WorkerCode): WorkerCode {
  const assets = worker.assets && { ...worker.assets, hasCode: true, routing: { run_worker_first: true } };
  const code = { ...worker, assets };
  if (code.mainModule === undefined) {
    return {
      ...code,
      modules: code.modules.map(({ name, contentType, content }) => ({
        name,
        contentType,
        content: serviceWorker(content),
      })),
    };
  }
  const content = Buffer.from(`
import * as exported from ${JSON.stringify(`./${code.mainModule}`)};
const handlers = (value) => {
  const names = new Set();
  for (let at = typeof value === "function" ? value.prototype : value; at && at !== Object.prototype; at = Object.getPrototypeOf(at))
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  return ${JSON.stringify(KNOWN)}.filter((name) => names.has(name));
};
const { default: main, ...others } = exported;
const named = Object.entries(others).map(([name, value]) => ({ name, handlers: handlers(value) }));
export default { fetch: () => Response.json({ handlers: handlers(main), named }) };
`);
  const entry: Module = { name: DESCRIBER_MODULE, contentType: "application/javascript+module", content };
  return { ...code, mainModule: DESCRIBER_MODULE, modules: [entry, ...code.modules] };
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
