import { subscribe, unsubscribe } from "node:diagnostics_channel";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { RegisterResourceRequest, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import { STAND_INS, standInFor } from "../../../component/contract/stand-in";
import { awaitSources } from "../../../component/source-values";
import { SECRET, WORKERS_SCRIPT } from "../../../component/contract/type-tokens";
import { DevVars } from "../../../local/dev/dev-vars";
import { fromStruct, type Properties, seal, toStruct } from "../../../local/provider/values";

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "dev-vars-"));
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

function devVars(text: string): DevVars {
  fs.writeFileSync(path.join(folder, ".dev.vars"), text);
  const vars = new DevVars(path.join(folder, ".dev.vars"));
  vars.read();
  return vars;
}

function request(type: string, name: string, inputs: Properties): RegisterResourceRequest {
  return new RegisterResourceRequest().setType(type).setName(name).setObject(toStruct(inputs));
}

const bindings = (key: string) => ({
  bindings: seal([
    { type: "secret_text", name: "API_KEY", text: seal(key) },
    { type: "secret_text", name: "OTHER", text: "other" },
    { type: "plain_text", name: "API_KEY", text: "plain" },
  ]),
});

test("a line without a value overrides nothing", () => {
  const vars = devVars('API_KEY=\nOTHER=""\n');
  const asked = request(WORKERS_SCRIPT, "shop", bindings("stack's"));
  vars.replaceIn(asked);
  expect(fromStruct(asked.getObject())).toEqual(bindings("stack's"));
  expect([vars.used, vars.unused]).toEqual([[], []]);
});

test("the engine gets the file's value, sealed as before, and the program its own one back", () => {
  const vars = devVars('API_KEY="mine"\nNONE=x\n');
  const asked = request(WORKERS_SCRIPT, "shop", { scriptName: "shop", ...bindings("stack's") });
  const restore = vars.replaceIn(asked);
  expect(fromStruct(asked.getObject())).toEqual({ scriptName: "shop", ...bindings("mine") });
  const response = new RegisterResourceResponse().setObject(toStruct({ etag: "1", ...bindings("mine") }));
  restore(response);
  expect(fromStruct(response.getObject())).toEqual({ etag: "1", ...bindings("stack's") });
  expect([vars.used, vars.unused]).toEqual([["API_KEY"], ["NONE"]]);
});

test("a value stands in before a secrets manager has answered, for a store's secret too", async () => {
  const vars = devVars("API_KEY=mine\nNONE=x\n");
  subscribe(STAND_INS, vars.answer);
  try {
    const pending = new Promise<never>(() => undefined);
    const managed = {
      name: "API_KEY",
      text: pending,
      previous: pending,
      version: pending,
      source: "vault:a#b",
    };
    const stored = { name: "OTHER", text: "other", previous: "kept" };
    const { list, problems } = await awaitSources("secrets", [
      managed,
      stored,
      { ...stored, name: "API_KEY" },
    ]);
    expect(problems).toEqual([]);
    expect(list).toEqual([
      { name: "API_KEY", text: "mine", source: "vault:a#b" },
      stored,
      { name: "API_KEY", text: "mine", previous: "kept" },
    ]);
    expect([vars.used, vars.unused]).toEqual([["API_KEY"], ["NONE"]]);
    expect(standInFor(undefined)).toBeUndefined();
  } finally {
    unsubscribe(STAND_INS, vars.answer);
  }
});

test("the fingerprint of an overridden secret is another one, and those of others stay", () => {
  const vars = devVars("API_KEY=mine");
  const inputs = { fingerprint: seal("abc") };
  const [own, other] = ["shop/API_KEY", "shop/OTHER"].map((name) => {
    const asked = request(SECRET, name, inputs);
    vars.replaceIn(asked);
    return fromStruct(asked.getObject());
  });
  expect(JSON.stringify(own)).toMatch(/"value":"[0-9a-f]{64}"/);
  expect(other).toEqual(inputs);
});

test("without a file nothing is changed", () => {
  const vars = new DevVars(path.join(folder, "missing"));
  vars.read();
  const asked = request(WORKERS_SCRIPT, "shop", bindings("stack's"));
  vars.replaceIn(asked);
  expect(fromStruct(asked.getObject())).toEqual(bindings("stack's"));
  expect([vars.used, vars.unused]).toEqual([[], []]);
});
