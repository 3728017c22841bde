import Module from "node:module";

/** The SDK's modules that turn functions into text, and what they export. */
const EXPORTS = {
  serializeClosure: ["serializeFunction", "serializeFunctionAsync"],
  codePaths: ["computeCodePaths", "findWorkspaceRoot"],
};

/**
 * The SDK loads TypeScript and npm's resolver with itself, for programs with dynamic providers. That takes half of its
 * loading time, so here both are loaded when a function is to be turned into text. Has to be imported before the SDK is.
 */
for (const [name, functions] of Object.entries(EXPORTS)) {
  const file = require.resolve(`@pulumi/pulumi/runtime/closure/${name}`);
  if (require.cache[file] === undefined) require.cache[file] = standInFor(file, functions);
}

function standInFor(file: string, functions: readonly string[]): NodeJS.Module {
  const standIn = new Module(file);
  const call = (name: string, args: unknown[]) => {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- this is how node forgets a module
    if (require.cache[file] === standIn) delete require.cache[file];
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it at once
    return (require(file) as Record<string, (...args: unknown[]) => unknown>)[name]?.(...args);
  };
  standIn.exports = Object.fromEntries(
    functions.map((name) => [name, (...args: unknown[]) => call(name, args)]),
  );
  standIn.loaded = true;
  return standIn;
}
