// Node's hooks for what a program imports as it runs. tsx's own hooks, which translate TypeScript, take a third of a second
// to load, and hardly a program needs them: here they are loaded with the first module that Node alone does not load.
const TYPESCRIPT = /\.[cm]?tsx?(?:\?|$)/;

let tsx;

export async function resolve(specifier, context, nextResolve) {
  if (tsx === undefined) {
    const found = await nextResolve(specifier, context).catch(() => undefined);
    if (found !== undefined && !TYPESCRIPT.test(found.url)) return found;
    tsx = await import("tsx/esm");
    tsx.initialize({});
  }
  return tsx.resolve(specifier, context, nextResolve);
}

export async function load(url, context, nextLoad) {
  return tsx === undefined ? nextLoad(url, context) : tsx.load(url, context, nextLoad);
}
