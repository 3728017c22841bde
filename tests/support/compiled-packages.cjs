// Node loads this first, in each process of a run of the end-to-end tests. What V8 compiled of a module is kept, and what tsx
// made of TypeScript, so that the next process need not do it again: Pulumi's SDK then loads in half of the time, and a
// command's own modules in a third. From version 22 on, Node has something like it, NODE_COMPILE_CACHE.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { cachedDataVersionTag } = require("node:v8");
const vm = require("node:vm");
const { IMPORT, withImportsCalled, importerOf } = require("./kept-imports.cjs");

const PACKAGES = path.resolve(__dirname, "../../node_modules");
const FOLDER = path.join(PACKAGES, ".cache/compiled-packages");
/** Another version of it makes something else of a module. */
const TSX = read(path.join(PACKAGES, "tsx/package.json"));
/** This project's own modules, and their place in the project: the tests' copies of it have the same. */
const ROOTS = [path.resolve(__dirname, "../.."), /[\\/]checkout-\w{6}[\\/]root(?=[\\/])/];
/** Stacks of errors in the others, and in the tests, keep their lines. */
const ROOMS = /^[\\/](?:bundle|commands|component|harness|kit|local|policy|secrets)[\\/].*\.ts$/;
/** tsx tells a module its file's name, which Node does too. In a copy it is another. */
const FROM_TSX = /^__filename="[^"]*";/;
/** What is kept in another way, or with other options of V8, is kept elsewhere. */
const KIND = `${process.version} ${cachedDataVersionTag()} ${IMPORT}`;
/** What another loader makes of TypeScript is another's. */
const hasTsx = process.execArgv.includes("tsx/cjs");
const { load, _compile: compile } = Module.prototype;
/** What this process compiled, by the file to keep it in. */
const compiled = new Map();

Module.prototype.load = function (filename) {
  const kept = keptOf(filename);
  if (kept === undefined) return load.call(this, filename);
  const { _extensions: loaders } = Module;
  const extension = path.extname(filename);
  const loader = loaders[extension];
  // Only this file goes past the loaders, which did the same with it when it was kept.
  loaders[extension] = (module) => {
    loaders[extension] = loader;
    run(module, filename, compileScript(filename, kept.source, kept.cachedData));
  };
  load.call(this, filename);
};

Module.prototype._compile = function (content, filename, ...rest) {
  const place = placeOf(filename);
  const source = place === undefined ? undefined : toKeep(filename, content);
  if (source === undefined) return compile.call(this, content, filename, ...rest);
  const script = compileScript(filename, source);
  compiled.set(place, { script, source: source === content ? undefined : source });
  return run(this, filename, script);
};

process.on("exit", () => {
  try {
    if (compiled.size > 0) fs.mkdirSync(FOLDER, { recursive: true });
    for (const [place, { script, source }] of compiled) {
      if (source !== undefined) write(`${place}.js`, source);
      write(place, script.createCachedData());
    }
  } catch {
    // The next process compiles it again.
  }
});

function keptOf(filename) {
  const place = placeOf(filename);
  if (place === undefined) return undefined;
  const cachedData = read(place);
  if (cachedData === undefined) return undefined;
  const source = read(`${place}.js`) ?? read(filename);
  return source && { cachedData, source: source.toString() };
}

function isOfPackage(filename) {
  return filename.startsWith(PACKAGES) && /\.c?js$/.test(filename);
}

/** The place in the project of a module that tsx translates. */
function ownPlace(filename) {
  if (!hasTsx || !filename.endsWith(".ts")) return undefined;
  const place = filename.startsWith(ROOTS[0]) ? filename.slice(ROOTS[0].length) : filename.split(ROOTS[1])[1];
  return place !== undefined && ROOMS.test(place) ? place : undefined;
}

/** What is compiled of a module; undefined if it cannot be kept, or if another loader made it of a package's file. */
function toKeep(filename, content) {
  if (content.startsWith("#!")) return undefined;
  const imports = /\bimport\s*\(/.test(content);
  // Where this project's own modules import, they need tsx.
  if (ownPlace(filename) !== undefined) return imports ? undefined : content.replace(FROM_TSX, "");
  if (!isOfPackage(filename) || content !== read(filename)?.toString()) return undefined;
  return imports ? withImportsCalled(content) : content;
}

/** Where a module is kept. A package that is installed again has other times; the project's own are known by content. */
function placeOf(filename) {
  const own = ownPlace(filename);
  if (own === undefined && !isOfPackage(filename)) return undefined;
  const name = own === undefined ? timesOf(filename) : `${TSX} ${own} ${read(filename)}`;
  return path.join(FOLDER, createHash("sha1").update(`${KIND} ${name}`).digest("hex"));
}

function timesOf(filename) {
  const { size, mtimeMs } = fs.statSync(filename);
  return `${filename} ${size} ${mtimeMs}`;
}

function read(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

function write(file, content) {
  const partial = `${file}.${process.pid}`;
  fs.writeFileSync(partial, content);
  fs.renameSync(partial, file);
}

function compileScript(filename, source, cachedData) {
  const text = `(function (exports, require, module, __filename, __dirname, ${IMPORT}) { ${source}\n});`;
  return new vm.Script(text, { filename, cachedData });
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
  const given = [module.exports, require, module, filename, path.dirname(filename), importerOf(filename)];
  return wrapper.apply(module.exports, given);
}
