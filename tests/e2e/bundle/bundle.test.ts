import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { bundle } from "../../../bundle";
import { ACCOUNT_ID, startWorld, worker, type World } from "../../support/world";

const CANARY = "canary-91c2ab";

/** `calculate(a, b)` of two integers, by one instruction. */
function calculator(instruction: number): Uint8Array {
  const head = "0061736d0100000001070160027f7f017f0302010007";
  const name = Buffer.from("calculate").toString("hex");
  return Buffer.from(
    `${head}0d0109${name}00000a09010700200020010b`.replace(/0b$/, `${hex(instruction)}0b`),
    "hex",
  );
}
const hex = (byte: number) => byte.toString(16).padStart(2, "0");
const [ADD, SUBTRACT] = [0x6a, 0x6b];

const WORKER = `
import { Hono } from "hono";
import greeting from "./greeting.txt";
import calculator from "./calculator.wasm";
import same from "../src/calculator.wasm?module";
import data from "./data.bin";
import { basename } from "node:path";

const { calculate } = new WebAssembly.Instance(calculator).exports as { calculate: (a: number, b: number) => number };
const app = new Hono<{ Bindings: { API_KEY: string } }>();
app.get("/", (c) =>
  c.json({
    greeting,
    calculated: calculate(5, 3),
    same: same instanceof WebAssembly.Module,
    data: [...new Uint8Array(data)],
    basename: basename("/a/b"),
    required: require("path").basename("/c/d"),
    key: c.env.API_KEY,
  }),
);
app.get("/fails", () => {
  throw new Error("on purpose");
});
export default app;
`;

/** Writes the sources of a Worker next to the packages of this project. */
async function sources(
  t: TestContext,
  { folder }: World,
): Promise<(file: string, content: string | Uint8Array) => Promise<void>> {
  const write = async (file: string, content: string | Uint8Array) => {
    await fs.mkdir(path.dirname(path.join(folder, "app", file)), { recursive: true });
    await fs.writeFile(path.join(folder, "app", file), content);
  };
  await write("src/index.ts", WORKER);
  await write("src/greeting.txt", "Hello\n");
  await write("src/calculator.wasm", calculator(ADD));
  await write("src/data.bin", Buffer.from([0, 255]));
  await fs.symlink(path.join(__dirname, "../../../node_modules"), path.join(folder, "app/node_modules"));
  t.mock.method(process, "cwd", () => path.join(folder, "app"));
  return write;
}

const PUT = "PUT /workers/scripts/script_1 200";
const uploads = (world: World) => world.takeRequests().filter((request) => request === PUT).length;

/** A program that bundles each time it runs. */
const program = () =>
  worker(
    { API_KEY: CANARY },
    { ...bundle("src/index.ts", { nodejs: true }), compatibilityFlags: ["nodejs_compat"] },
  )();

test("a Worker in TypeScript, with a package, text, data and WebAssembly, answers; only a change is uploaded", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  const write = await sources(t, world);
  await stack.up(program);
  const answer = {
    greeting: "Hello\n",
    calculated: 8,
    same: true,
    data: [0, 255],
    basename: "b",
    required: "d",
    key: CANARY,
  };
  assert.deepEqual(await world.ask(), answer);
  assert.equal(uploads(world), 1);

  assert.match(await stack.up(program), /5 unchanged/);
  assert.equal(uploads(world), 0);
  assert.match(await stack.refresh(), /5 unchanged/);

  await write("src/calculator.wasm", calculator(SUBTRACT));
  const changed = await stack.up(program);
  assert.match(changed, /~ +cloudflare:index:WorkersScript worker update/);
  assert.deepEqual(await world.ask(), { ...answer, calculated: 2 });
});

test("only a module of the Worker changes: that is an update of its files alone", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  const content =
    'import { calculate } from "./calculator.js"; import wasm from "./calculator.wasm"; import text from "./a/b.txt";' +
    "export default { fetch: () => Response.json([calculate(wasm), text]) };";
  const script = "export const calculate = (wasm) => new WebAssembly.Instance(wasm).exports.calculate(5, 3);";
  const using = (instruction: number) => {
    const contentBase64 = Buffer.from(calculator(instruction)).toString("base64");
    const modules = {
      "calculator.js": { contentType: "application/javascript+module", content: script },
      "calculator.wasm": { contentType: "application/wasm", contentBase64 },
      "a/b.txt": { contentType: "text/plain", content: "é" },
    };
    return worker({}, { content, modules });
  };
  await stack.up(using(ADD));
  assert.deepEqual(await world.ask(), [8, "é"]);
  assert.match(await stack.up(using(ADD)), /4 unchanged/);
  assert.match(await stack.up(using(SUBTRACT)), /WorkersScript worker update[^\n]*\[diff: ~files\]/);
  assert.deepEqual(await world.ask(), [2, "é"]);

  // Another tool uploads the same Worker with another text.
  const form = new FormData();
  form.append("metadata", JSON.stringify({ main_module: "script.js", bindings: [] }));
  const add = (name: string, type: string, part: string | Uint8Array) => {
    form.append(
      name,
      new File([typeof part === "string" ? part : new Uint8Array(part)], name, { type }),
      name,
    );
  };
  add("calculator.js", "application/javascript+module", script);
  add("calculator.wasm", "application/wasm", calculator(SUBTRACT));
  add("a/b.txt", "text/plain", "other");
  add("script.js", "application/javascript+module", content);
  const { status } = await fetch(
    `${world.cloudflare.baseUrl}/accounts/${ACCOUNT_ID}/workers/scripts/script_1`,
    {
      method: "PUT",
      headers: { authorization: `Bearer ${world.cloudflare.apiToken}` },
      body: form,
    },
  );
  assert.equal(status, 200);
  assert.deepEqual(await world.ask(), [2, "other"]);
  await stack.refresh();
  assert.match(await stack.up(using(SUBTRACT)), /WorkersScript worker update[^\n]*\[diff: ~files\]/);
  assert.deepEqual(await world.ask(), [2, "é"]);
});

test("a build that fails stops the run with one error, and the Worker that is live stays", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  const write = await sources(t, world);
  await stack.up(program);
  world.takeRequests();
  await write("src/index.ts", `import missing from "./missing";\n${WORKER}\nexport const broken = missing;`);
  await write("src/greeting.txt", "Changed");
  for (const operation of ["preview", "up"] as const) {
    const output = await stack.failing(stack[operation](program));
    assert.match(output, /Could not resolve "\.\/missing"/);
    assert.match(output, /src\/index\.ts:1:20:/);
    assert.doesNotMatch(output, /^ +at /m, "no stack trace");
  }
  assert.deepEqual(world.takeRequests(), []);
  assert.equal((await world.ask()).greeting, "Hello\n");
});
