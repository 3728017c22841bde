// V8 forgets how a kept script imports with `import(...)`. So a kept module calls a function instead, which has a name as long
// as `import`: the lines and columns of its errors stay.
const vm = require("node:vm");

const IMPORT = "imPort";
/** Lets a script import as a module does: since Node 20.12, which warns that this is experimental. */
const LOADER = vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER;

const { emitWarning } = process;
process.emitWarning = (warning, ...rest) => {
  if (String(warning).startsWith("vm.USE_MAIN_CONTEXT_DEFAULT_LOADER")) return;
  emitWarning.call(process, warning, ...rest);
};

/** The module with calls of the function; undefined if it cannot be made. */
function withImportsCalled(content) {
  if (LOADER === undefined || content.includes(IMPORT)) return undefined;
  const lexer = require("es-module-lexer");
  try {
    lexer.initSync();
    let source = "";
    let end = 0;
    for (const { d: isDynamic, ss: start } of lexer.parse(content)[0]) {
      if (isDynamic < 0) continue;
      source += content.slice(end, start) + IMPORT;
      end = start + IMPORT.length;
    }
    return source + content.slice(end);
  } catch {
    return undefined;
  }
}

/** The function, which imports what the file would. */
function importerOf(filename) {
  const script = "(specifier, options) => import(specifier, options)";
  return (...args) =>
    new vm.Script(script, { filename, importModuleDynamically: LOADER }).runInThisContext()(...args);
}

module.exports = { IMPORT, withImportsCalled, importerOf };
