// Node loads this first, in each process of a run of the end-to-end tests. What V8 compiled of a package is kept, so that
// the next process need not compile it: Pulumi's SDK then loads in half of the time. From version 22 on, Node has something
// like it, NODE_COMPILE_CACHE.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

const PACKAGES = path.resolve(__dirname, "../../node_modules");
const FOLDER = path.join(PACKAGES, ".cache/compiled-packages");
const { load, _compile: compile } = Module.prototype;

/** What this process compiled, by the file to keep it in. */
const compiled = new Map();

Module.prototype.load = function (filename) {
  const kept = isOfPackage(filename) ? read(placeOf(filename)) : undefined;
  if (kept === undefined) return load.call(this, filename);
  const { _extensions: loaders } = Module;
  const extension = path.extname(filename);
  const loader = loaders[extension];
  // Only this file goes past the loaders, which need not look into it: they left it as it is when it was kept.
  loaders[extension] = (module) => {
    loaders[extension] = loader;
    run(module, filename, compileScript(filename, fs.readFileSync(filename, "utf8"), kept));
  };
  load.call(this, filename);
};

Module.prototype._compile = function (content, filename, ...rest) {
  if (!isOfPackage(filename) || !canBeKept(filename, content))
    return compile.call(this, content, filename, ...rest);
  const script = compileScript(filename, content);
  compiled.set(placeOf(filename), script);
  return run(this, filename, script);
};

process.on("exit", () => {
  try {
    if (compiled.size > 0) fs.mkdirSync(FOLDER, { recursive: true });
    for (const [place, script] of compiled) {
      const partial = `${place}.${process.pid}`;
      fs.writeFileSync(partial, script.createCachedData());
      fs.renameSync(partial, place);
    }
  } catch {
    // The next process compiles it again.
  }
});

function isOfPackage(filename) {
  return filename.startsWith(PACKAGES) && /\.c?js$/.test(filename);
}

/** Not what a loader made of a file, nor code with a dynamic import, which V8 forgets the loader of. */
function canBeKept(filename, content) {
  return !/^#!|\bimport\s*\(/.test(content) && content === read(filename)?.toString();
}

/** A package that is installed again has other times. */
function placeOf(filename) {
  const { size, mtimeMs } = fs.statSync(filename);
  const name = `${process.version} ${filename} ${size} ${mtimeMs}`;
  return path.join(FOLDER, createHash("sha1").update(name).digest("hex"));
}

function read(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

function compileScript(filename, source, cachedData) {
  return new vm.Script(Module.wrap(source), { filename, cachedData });
}

/** Runs a module as Node does. */
function run(module, filename, script) {
  const require = (id) => module.require(id);
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  const wrapper = script.runInThisContext();
  return wrapper.call(module.exports, module.exports, require, module, filename, path.dirname(filename));
}
