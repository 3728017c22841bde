import { unknownValue } from "@pulumi/pulumi/runtime";
import { DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import { diffInputs } from "../../../local/provider/diff";
import { fillPath, parseImportId, scriptPath } from "../../../local/provider/resource";
import { workersScript } from "../../../local/provider/script";
import { kindOf } from "../../../local/provider/kinds";
import { uploadForm } from "../../../local/provider/script-upload";
import {
  fromApi,
  fromStruct,
  pick,
  seal,
  sealedTexts,
  text,
  toApi,
  toStruct,
  within,
} from "../../../local/provider/values";

const kind = (name: string) => kindOf({ getType: () => `cloudflare:index/${name}` });
const SUBDOMAIN = kind("workersScriptSubdomain:WorkersScriptSubdomain");
const BEFORE = { accountId: "a", scriptName: "s", content: "x", bindings: [{ name: "A" }, { name: "B" }] };

describe("a diff", () => {
  const { ADD, DELETE, UPDATE, UPDATE_REPLACE } = PropertyDiff.Kind;
  it.each<[string, object, Record<string, number>]>([
    ["nothing", {}, {}],
    ["an explicit default", { logpush: false, usageModel: "standard" }, {}],
    ["an omitted computed input", { bindings: undefined }, {}],
    ["metadata of the official provider", { __defaults: [] }, {}],
    ["a new input", { limits: { cpuMs: 5 } }, { limits: ADD }],
    ["an omitted input", { content: undefined }, { content: DELETE }],
    ["changed content", { content: "y" }, { content: UPDATE }],
    ["reordered bindings", { bindings: [{ name: "B" }, { name: "A" }] }, { bindings: UPDATE }],
    ["a changed name", { scriptName: "t" }, { scriptName: UPDATE_REPLACE }],
  ])("of %s names the changes and whether they replace", (_, change, expected) => {
    const response = diffInputs(workersScript, BEFORE, { ...BEFORE, ...change });
    const detailed = [...response.getDetaileddiffMap().entries()].map(([key, value]) => [
      key,
      value.getKind(),
    ]);
    expect(Object.fromEntries(detailed)).toEqual(expected);
    expect(response.getReplacesList()).toEqual("scriptName" in change ? ["scriptName"] : []);
    const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
    expect(response.getChanges()).toBe(Object.keys(expected).length === 0 ? DIFF_NONE : DIFF_SOME);
  });
});

describe("secrets", () => {
  it("of bindings are sealed and can be collected again", () => {
    const bindings = [
      { name: "S", type: "secret_text", text: "one" },
      { name: "K", type: "secret_key", keyBase64: "two", keyJwk: "three", format: "raw" },
      { name: "U", type: "secret_text", text: unknownValue },
      unknownValue,
    ];
    const sealed = workersScript.seal({ ...BEFORE, bindings });
    expect(sealedTexts(sealed)).toEqual(["one", "two", "three"]);
    expect(workersScript.seal({ bindings: unknownValue })).toEqual({ bindings: unknownValue });
    expect(sealedTexts(SUBDOMAIN.seal({ enabled: true }))).toEqual([]);
  });

  it("of a Secrets Store are sealed, whatever the program has marked", () => {
    const secret = kind("secretsStoreSecret:SecretsStoreSecret").seal({ name: "KEY", value: "one" });
    expect(sealedTexts(secret)).toEqual(["one"]);
  });

  it("that are absent are not sealed", () => {
    expect([undefined, null, unknownValue].map(seal)).toEqual([undefined, null, unknownValue]);
    expect(sealedTexts({ a: seal(1) })).toEqual([]);
  });
});

it("values survive the round trip to the engine, without undefined properties", () => {
  const properties = { a: "x", b: [1, { c: null }], d: true, e: {} };
  expect(fromStruct(toStruct({ ...properties, f: undefined }))).toEqual(properties);
  expect(fromStruct(undefined)).toEqual({});
});

it("names are converted between Pulumi and the API at every depth", () => {
  const ours = { mainModule: "m", tailConsumers: [{ service: "s", cpuMs: 1 }] };
  const theirs = { main_module: "m", tail_consumers: [{ service: "s", cpu_ms: 1 }] };
  expect(toApi(ours)).toEqual(theirs);
  expect(fromApi(theirs)).toEqual(ours);
  expect(fromApi({ "workers/message": "m" })).toEqual({ workersMessage: "m" });
  expect(fromApi(["no object"])).toEqual({});
});

it("pick keeps only the named properties with a value", () => {
  expect(pick({ a: 1, b: null, c: 0 }, ["a", "b", "c", "d"])).toEqual({ a: 1, c: 0 });
  expect(() => text({ a: 1 }, "a")).toThrow("a must be a string");
});

it("an import id has the parts that the official provider documents", () => {
  const parts = ["accountId", "scriptName"];
  expect(parseImportId("a/s%2F1", parts)).toEqual({ accountId: "a", scriptName: "s/1" });
  for (const id of ["", "a", "a/", "/s", "a/s/t"])
    expect(() => parseImportId(id, parts)).toThrow("<account_id>/<script_name>");
  expect(() => parseImportId("a/s", undefined)).toThrow("does not support import");
  expect(scriptPath({ accountId: "a", scriptName: "s/../t" })).toBe("/accounts/a/workers/scripts/s%2F..%2Ft");
  expect(fillPath("/a/{accountId}/{id}", { accountId: "a", id: "?/" })).toBe("/a/a/%3F%2F");
});

it("a value is reduced to the fields that the program has set, at every depth", () => {
  const live = { batchSize: 5, maxRetries: 3 };
  expect(within({ batchSize: 1 }, live)).toEqual({ batchSize: 5 });
  expect(
    within(
      [{ cron: "a" }],
      [
        { cron: "b", createdOn: "x" },
        { cron: "c", createdOn: "y" },
      ],
    ),
  ).toEqual([{ cron: "b" }, { cron: "c" }]);
  expect(within(undefined, live)).toEqual(live);
});

describe("an upload's form", () => {
  const parts = async (inputs: Record<string, unknown>) =>
    Promise.all(
      [...uploadForm(inputs)].map(async ([name, part]) => {
        return typeof part === "string" ? [part] : [name, part.name, part.type, await part.text()];
      }),
    );

  it("has the module under its name, then the metadata", async () => {
    const inputs = {
      ...BEFORE,
      mainModule: "m.js",
      annotations: { workersMessage: "hi", workersTag: "t" },
      bindings: [],
    };
    expect(await parts(inputs)).toEqual([
      ["m.js", "m.js", "application/javascript+module", "x"],
      [
        "metadata",
        "metadata",
        "application/json",
        '{"annotations":{"workers/message":"hi","workers/tag":"t"},"bindings":[],"compatibility_date":"","logpush":false,"main_module":"m.js","usage_model":"standard"}',
      ],
    ]);
  });

  it("has a service worker as `script`, whatever the program calls it", async () => {
    const [part, metadata] = await parts({ ...BEFORE, bodyPart: "other", contentType: "text/javascript" });
    expect(part).toEqual(["script", "script", "text/javascript", "x"]);
    expect(JSON.parse(metadata?.[3] ?? "")).toMatchObject({ body_part: "script" });
  });

  it("has the other modules last, by name, as they are", async () => {
    const files = {
      "b.txt": { contentType: "text/plain", contentBase64: "w6k=" },
      "a.wasm": { contentType: "application/wasm", contentBase64: "AGFzbQ==" },
    };
    const [, , ...others] = await parts({ ...BEFORE, mainModule: "m.js", files });
    expect(others).toEqual([
      ["a.wasm", "a.wasm", "application/wasm", "\0asm"],
      ["b.txt", "b.txt", "text/plain", "é"],
    ]);
  });

  it("without content has only metadata", async () => {
    expect(await parts({ accountId: "a", scriptName: "s" })).toHaveLength(1);
  });
});
