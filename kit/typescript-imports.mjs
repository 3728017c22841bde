// Node's hooks for what a program imports as it runs. Each run gets modules of its own: one that Node kept from the run before
// would declare nothing, and the engine would delete what it declared. tsx's own hooks, which translate TypeScript, take a third
// of a second to load, and few programs need them: they are loaded with the first module that Node alone does not load.
const TYPESCRIPT = /\.[cm]?tsx?(?:\?|$)/;

let runs;
/** Where tsx is, if the project has it. */
let place;
let tsx;

export function initialize(data) {
  runs = data.runs;
  place = data.tsx;
}

export async function resolve(specifier, context, nextResolve) {
  if (tsx === undefined) {
    if (place === undefined) return ofThisRun(await nextResolve(specifier, context));
    const found = await nextResolve(specifier, context).catch(() => undefined);
    if (found !== undefined && !TYPESCRIPT.test(found.url)) return ofThisRun(found);
    tsx = await import(place);
    tsx.initialize({});
  }
  return ofThisRun(await tsx.resolve(specifier, context, nextResolve));
}

export async function load(url, context, nextLoad) {
  return tsx === undefined ? nextLoad(url, context) : tsx.load(url, context, nextLoad);
}

/** The first run's modules keep their address. */
function ofThisRun(found) {
  const run = Atomics.load(runs, 0);
  const isOfProgram = found.url.startsWith("file:") && !found.url.includes("/node_modules/");
  if (run < 2 || !isOfProgram) return found;
  return { ...found, url: `${found.url}${found.url.includes("?") ? "&" : "?"}run=${run}` };
}
