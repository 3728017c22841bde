import { subscribe, unsubscribe } from "node:diagnostics_channel";
import fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { bundle, type BundleOptions } from "../../../bundle";
import { BUNDLES, type MadeBundle } from "../../../component/contract/bundles";
import { CANARY } from "../../support/mock-stack";

/** The smallest WebAssembly module: it exports nothing. */
const WASM = Buffer.from("AGFzbQEAAAA=", "base64");

const WORKER = {
  "src/index.ts": `
import { greet } from "greeter";
import add from "./add.wasm";
import same from "../lib/add.wasm?module";
import page from "./page.html";
import data from "./data.bin";
import { DurableObject } from "cloudflare:workers";
import { Buffer } from "node:buffer";

interface Env { readonly NAME: string }
export class Counter extends DurableObject {}
export default {
  async fetch(_: Request, env: Env) {
    const { default: later } = await import("./add.wasm?module");
    return new Response([greet(env.NAME), add, same, later, page, data, Buffer].join());
  },
};
`,
  "src/page.html": "<p>page</p>\n",
  "src/add.wasm": WASM,
  "lib/add.wasm": WASM,
  "src/data.bin": Buffer.from([0, 255]),
  "node_modules/greeter/package.json": JSON.stringify({
    exports: { workerd: "./workerd.js", default: "./default.js" },
  }),
  "node_modules/greeter/workerd.js":
    "export const greet = (name) => `Hello ${name}, ${process.env.NODE_ENV}`;",
  "node_modules/greeter/default.js": "export const greet = () => 'not for workerd';",
};

let base: string;

beforeEach(() => {
  base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "bundle-")));
});

afterEach(() => {
  jest.restoreAllMocks();
  fs.rmSync(base, { recursive: true });
});

/** Writes the files below a new folder, and lets the program run in it. */
function project(files: Record<string, string | Uint8Array>, name = "project"): string {
  const folder = path.join(base, name);
  for (const [file, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), content);
  }
  jest.spyOn(process, "cwd").mockReturnValue(folder);
  return folder;
}

/** The message of the error with which the build is refused. */
function refusal(entry: string, options?: BundleOptions): string {
  try {
    bundle(entry, options);
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) return error.message;
    throw error;
  }
  throw new Error("it was not refused");
}

function only(code: string, options?: BundleOptions): string {
  project({ "index.ts": code });
  return bundle("index.ts", options).content;
}

describe("the same sources", () => {
  test("give the same bytes in every folder, also through a link, and no byte tells the folder", () => {
    project(WORKER, "one");
    const one = bundle("src/index.ts");
    const two = project(WORKER, "deeper/down/another");
    expect(bundle("src/index.ts")).toEqual(one);
    expect(bundle(path.join(two, "src/index.ts"))).toEqual(one);
    fs.symlinkSync(two, path.join(base, "link"));
    jest.spyOn(process, "cwd").mockReturnValue(path.join(base, "link"));
    expect(bundle("src/index.ts")).toEqual(one);
    const texts = Object.values(one.modules).map(({ contentBase64 }) => decoded(contentBase64));
    expect([one.content, ...texts].join()).not.toContain(base);
  });

  test("give the same code whatever NODE_ENV this process has", () => {
    project(WORKER);
    expect(process.env.NODE_ENV).toBe("test");
    expect(bundle("src/index.ts").content).toContain('${"production"}');
  });
});

describe("imports", () => {
  test("packages are part of the code, as their authors want them for workerd", () => {
    project(WORKER);
    const { content } = bundle("src/index.ts");
    expect(content).toContain("Hello");
    expect(content).not.toContain("not for workerd");
  });

  test("text is part of the code; data and WebAssembly are modules, each once, under a name that changes with them", () => {
    project(WORKER);
    const { content, modules } = bundle("src/index.ts");
    expect(content).toContain('"<p>page</p>\\n"');
    const [wasm = "", data = "", map] = Object.keys(modules);
    expect([wasm, data, map]).toEqual([
      expect.stringMatching(/^add-\w+\.wasm$/),
      expect.stringMatching(/^data-\w+\.bin$/),
      "script.js.map",
    ]);
    expect(modules[wasm]).toEqual({ contentType: "application/wasm", contentBase64: "AGFzbQEAAAA=" });
    expect(modules[data]).toEqual({ contentType: "application/octet-stream", contentBase64: "AP8=" });
    expect(content.match(/"\.\/add-.*/g)).toEqual([
      `"./${wasm}";`,
      `"./${wasm}"       ;`,
      `"./${wasm}"       );`,
    ]);

    project({ ...WORKER, "src/add.wasm": Buffer.concat([WASM, Buffer.from([0, 1, 0])]) });
    const names = Object.keys(bundle("src/index.ts").modules);
    expect(names).toHaveLength(4);
    expect(names).toContain(wasm);
  });

  test("what the runtime has is left to it", () => {
    project(WORKER);
    const { content } = bundle("src/index.ts");
    expect(content).toContain('from "cloudflare:workers"');
    expect(content).toContain('from "node:buffer"');
    expect(only('import x from "elsewhere"; export default x;', { external: ["elsewhere"] })).toContain(
      'from "elsewhere"',
    );
  });

  test("with nodejs, modules of Node need no prefix, and packages in CommonJS may require them", () => {
    const nodejs = true;
    const imported = only('import { EventEmitter } from "events"; export default EventEmitter;', { nodejs });
    expect(imported).toContain('from "events"');
    expect(imported).not.toContain("createRequire");
    const required = only('export default { path: require("path") };', { nodejs });
    expect(required).toMatch(/^import \{ createRequire \} from "node:module"/);
  });
});

describe("options", () => {
  test("the source map is a module, and can be left out", () => {
    project(WORKER);
    const { content, modules } = bundle("src/index.ts");
    expect(content).toMatch(/\/\/# sourceMappingURL=script\.js\.map\n$/);
    expect(modules["script.js.map"]?.contentType).toBe("application/source-map");
    const map = JSON.parse(decoded(modules["script.js.map"]?.contentBase64 ?? "")) as { sources: string[] };
    expect(map.sources).toEqual(["node_modules/greeter/workerd.js", "src/index.ts", "src/page.html"]);
    const without = bundle("src/index.ts", { sourceMap: false });
    expect(without.content).not.toContain("sourceMappingURL");
    expect(Object.keys(without.modules)).not.toContain("script.js.map");
  });

  test("constants are put in place, and the code is shortened", () => {
    const code = "declare const VERSION: string;\nexport default { version: VERSION };";
    expect(only(code, { define: { VERSION: '"1.2"' } })).toContain('version: "1.2"');
    expect(only(code, { define: { VERSION: "globalThis.version" } })).toContain("globalThis.version");
    expect(only(code, { minify: true, sourceMap: false }).trim().split("\n")).toHaveLength(1);
  });

  test("another tsconfig applies to all files", () => {
    project({
      "index.tsx": "declare const h: unknown; export default { page: <p/>, h };",
      "other.json": '{"compilerOptions":{"jsx":"react","jsxFactory":"h"}}',
    });
    expect(bundle("index.tsx", { tsconfig: "other.json" }).content).toContain('h("p"');
  });
});

describe("a build that fails is one error", () => {
  test("with every problem, its file, line and column, and the line itself with a mark", () => {
    project({
      "src/index.ts":
        'import { one } from "./one";\nimport two from "./missing";\nexport default { one, two };\n',
      "src/one.ts": "export const one = ;\n",
    });
    const message = refusal("src/index.ts");
    expect(message).toMatch(
      /^bundle\("src\/index\.ts"\) found 2 errors\. Nothing was sent to Cloudflare\.\n/,
    );
    expect(message).toContain('Could not resolve "./missing"\n\n    src/index.ts:2:16:\n');
    expect(message).toMatch(/2 │ import two from "\.\/missing";\n +╵ +~{11}/);
    expect(message).toContain("src/one.ts:1:19:\n");
    expect(message.match(/missing"\n/g)).toHaveLength(1);
    expect(message).not.toContain(base);
  });

  test("if the entry is not there, or is a folder", () => {
    const folder = project({ "src/index.ts": "" });
    for (const entry of ["index.ts", "src", ""]) {
      expect(refusal(entry)).toBe(
        `bundle("${entry}") expects a file, relative to ${folder}. Correct the path.`,
      );
    }
  });

  test("if the entry has no default export", () => {
    project({ "empty.ts": "", "named.ts": "export const fetch = () => new Response();" });
    expect(refusal("empty.ts")).toMatch(/expects an `export default` .* found nothing\./);
    expect(refusal("named.ts")).toMatch(/found fetch\./);
  });

  test("if a module of Node is imported without nodejs, and it names the option", () => {
    project({ "index.ts": 'export { EventEmitter as default } from "events";' });
    expect(refusal("index.ts")).toContain("pass nodejs: true to bundle()");
  });

  test("if a constant is not JavaScript, and it does not quote it", () => {
    project({ "index.ts": "export default {};" });
    const define = { A: `${CANARY} ${CANARY}`, B: 1 as unknown as string, C: "1" };
    const message = refusal("index.ts", { define });
    expect(message).toContain('define["A"], define["B"]. Pass JSON.stringify(');
    expect(message).not.toContain(CANARY);
  });

  test("if esbuild itself fails, the error is its own", () => {
    project({ "index.ts": "export default {};" });
    jest.isolateModules(() => {
      const broken = new Error("no binary for this platform");
      const buildSync = () => {
        throw broken;
      };
      jest.doMock("esbuild", () => ({ buildSync }));
      const { bundle: fresh } = jest.requireActual<{ bundle: typeof bundle }>("../../../bundle");
      expect(() => fresh("index.ts")).toThrow(broken);
      jest.dontMock("esbuild");
    });
  });
});

test("a warning of the build is shown", () => {
  const warn = jest.spyOn(console, "warn").mockImplementation();
  expect(only("export default { a: 1, a: 2 };")).toContain("a: 2");
  expect(warn.mock.calls.join()).toMatch(/bundle\("index\.ts"\): .*Duplicate key "a"[^]*index\.ts:1:23/);
});

test("`npm run dev` is told the project's sources of a bundle, without packages, and can make it again", () => {
  const folder = project(WORKER);
  const made: MadeBundle[] = [];
  const note = (bundle: unknown) => made.push(bundle as MadeBundle);
  subscribe(BUNDLES, note);
  const { content } = bundle("src/index.ts", { sourceMap: false });
  unsubscribe(BUNDLES, note);
  const [announced] = made;
  const files = [...(announced?.files ?? [])].map((file) => path.relative(folder, file));
  expect(files.sort()).toEqual([
    "lib/add.wasm",
    "src/add.wasm",
    "src/data.bin",
    "src/index.ts",
    "src/page.html",
  ]);
  fs.writeFileSync(path.join(folder, "src/page.html"), "<p>another page</p>\n");
  const again = announced?.again();
  expect(again?.content).toBe(content.replace("<p>page", "<p>another page"));
  expect(Object.keys(again?.modules ?? {})).not.toContain("script.js.map");
});

test("esbuild is loaded by a program that bundles, and by no other", () => {
  jest.isolateModules(() => {
    const load = jest.fn(() => ({}));
    jest.doMock("esbuild", load);
    jest.requireActual("../../../bundle");
    expect(load).not.toHaveBeenCalled();
    jest.dontMock("esbuild");
  });
});

function decoded(base64: string): string {
  return Buffer.from(base64, "base64").toString();
}
