import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { bundle } from "../../../bundle";
import { WorkerScript, type WorkerScriptArgs } from "../../../component";
import { findModuleProblems } from "../../../component/worker-script/module-rules";
import { ACCOUNT_ID, only, type RunOptions, runStack, SCRIPT } from "../../support/mock-stack";

const ARGS = { accountId: ACCOUNT_ID, name: "script_1", content: "export default {}" };
const WASM = { contentType: "application/wasm", contentBase64: "AGFzbQEAAAA=" };

/** The inputs of the script. */
async function inputs(args: Partial<WorkerScriptArgs>, options?: RunOptions) {
  const run = await runStack(() => {
    new WorkerScript("worker", { ...ARGS, ...args });
    return {};
  }, options);
  return only(run, SCRIPT).inputs;
}

describe("modules", () => {
  test("reach the provider as its files, in base64, whether they are plain or Outputs", async () => {
    const text = { contentType: "text/plain", content: "é" };
    const files = {
      "add.wasm": WASM,
      "lib/é.txt": { contentType: "text/plain", contentBase64: "w6k=" },
      "empty.bin": { contentType: "application/octet-stream", contentBase64: "" },
    };
    const empty = { contentType: "application/octet-stream", content: "" };
    const plain = { "add.wasm": WASM, "lib/é.txt": text, "empty.bin": empty };
    expect((await inputs({ modules: plain })).files).toEqual(files);
    const deferred = pulumi.output({ ...plain, "lib/é.txt": Promise.resolve(text) });
    expect((await inputs({ modules: deferred })).files).toEqual(files);
  });

  test("are not sent if there are none", async () => {
    expect(await inputs({})).not.toHaveProperty("files");
    expect(await inputs({ modules: {} })).not.toHaveProperty("files");
  });

  test("may be unknown in a preview", async () => {
    const content = pulumi.output(pulumi.unknown as unknown as string);
    const modules = { "a.txt": { contentType: "text/plain", content } };
    expect(await inputs({ modules }, { preview: true })).toHaveProperty("scriptName");
  });

  test("and content are what bundle returns, and its code names its source map as they do", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "modules-"));
    const entry = path.join(folder, "index.ts");
    fs.writeFileSync(entry, "export default {};\n");
    const { mainModule, content, files } = await inputs(bundle(entry));
    fs.rmSync(folder, { recursive: true });
    expect(content).toContain(`//# sourceMappingURL=${String(mainModule)}.map\n`);
    expect(Object.keys(files as object)).toEqual([`${String(mainModule)}.map`]);
  });
});

describe("modules are refused", () => {
  const problem = (modules: unknown, more = {}) => findModuleProblems({ modules, ...more }).join("\n");

  test.each([
    ["no object", "x", /^modules: expected modules by name/],
    ["a list", [WASM], /^modules: expected modules by name/],
    ["null", null, /^modules: expected modules by name/],
    ["the name of the content", { "script.js": WASM }, /^modules\["script.js"\]: expected a path/],
    ["the name of another part", { metadata: WASM }, /^modules\["metadata"\]: /],
    ["no name", { "": WASM }, /^modules\[""\]: /],
    ["a path from the root", { "/a": WASM }, /^modules\["\/a"\]: /],
    ["a path that goes up", { "../a": WASM }, /^modules\["\.\.\/a"\]: /],
    ["no value", { a: null }, /^modules\["a"\]\.contentType: .*\nmodules\["a"\]: expected either content/],
    [
      "an unknown type",
      { a: { ...WASM, contentType: "wasm" } },
      /^modules\["a"\]\.contentType: expected one/,
    ],
    ["two contents", { a: { ...WASM, content: "x" } }, /^modules\["a"\]: expected either content/],
    ["no content", { a: { contentType: "text/plain" } }, /^modules\["a"\]: expected either content/],
    ["no text", { a: { contentType: "text/plain", content: 1 } }, /^modules\["a"\]\.content: /],
    [
      "no base64",
      { a: { ...WASM, contentBase64: "AGFzbQ=" } },
      /^modules\["a"\]\.contentBase64: .*readFileSync/,
    ],
    ["no base64", { a: { ...WASM, contentBase64: "AG-_" } }, /^modules\["a"\]\.contentBase64: /],
  ])("that are or have %s, case %#", (_, modules, expected) => {
    expect(problem(modules)).toMatch(expected);
  });

  test("for a service worker", () => {
    expect(problem({ "a.wasm": WASM }, { module: false })).toMatch(/^modules: expected none/);
    expect(problem({}, { module: false })).toBe("");
  });

  test("and the rest is accepted, or not known yet", () => {
    const good = {
      "lib/add.wasm": WASM,
      "a.txt": { contentType: "text/plain", content: "" },
      b: pulumi.unknown,
    };
    expect(problem(good)).toBe("");
    expect(problem(undefined)).toBe("");
    expect(problem(pulumi.unknown)).toBe("");
  });
});
