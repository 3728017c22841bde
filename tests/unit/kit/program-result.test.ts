import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { programResult } from "../../../kit/program-result";

let folder: string;
const file = () => path.join(folder, "infra/index.ts");
const be = (type: string | undefined) => {
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ type }));
};

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "program-"));
  fs.mkdirSync(path.dirname(file()));
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

test("names are outputs, and so is what an exported function returns", async () => {
  be(undefined);
  expect(await programResult({ url: "a" }, file())).toEqual({ url: "a" });
  expect(await programResult(() => Promise.resolve({ url: "a" }), file())).toEqual({ url: "a" });
  expect(await programResult({ default: "a" }, file())).toEqual({ default: "a" });
});

test("in a package of type module, a default export stands for all", async () => {
  be("module");
  expect(await programResult({ url: "a" }, file())).toEqual({ url: "a" });
  expect(await programResult({ default: () => ({ url: "a" }) }, file())).toEqual({ url: "a" });
  expect(await programResult({ default: { url: "a" } }, file())).toEqual({ url: "a" });
  await expect(programResult({ default: {}, url: "a" }, file())).rejects.toThrow("Pulumi takes one of both");
});

test("without a package.json, modules are CommonJS", async () => {
  expect(await programResult({ default: "a" }, file())).toEqual({ default: "a" });
});
