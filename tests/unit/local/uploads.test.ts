import { HonoRequest } from "hono/request";
import { ApiError } from "../../../local/api/envelope";
import { checkName, unversioned } from "../../../local/api/draft";
import { parseObject } from "../../../local/api/parse-object";
import { readUpload } from "../../../local/api/upload";

const MODULE = new File(["export default {}"], "script.js", { type: "application/javascript+module" });

function request(body: FormData | string, headers: Record<string, string> = {}): HonoRequest {
  return new HonoRequest(new Request("http://localhost", { method: "PUT", body, headers }));
}

function form(...parts: [string, string | File][]): FormData {
  const made = new FormData();
  for (const [name, part] of parts) made.append(name, part);
  return made;
}

async function code(promise: Promise<unknown>): Promise<number | undefined> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  return error instanceof ApiError ? error.code : undefined;
}

describe("an upload", () => {
  it("has its metadata and modules, whether metadata is a file or a field", async () => {
    const metadata = JSON.stringify({ main_module: "script.js" });
    for (const part of [metadata, new File([metadata], "metadata")]) {
      const upload = await readUpload(request(form(["metadata", part], ["script.js", MODULE])));
      expect(upload.metadata).toEqual({ main_module: "script.js" });
      expect(upload.modules.map(({ name, contentType }) => [name, contentType])).toEqual([
        ["script.js", "application/javascript+module"],
      ]);
    }
  });

  it("may have flattened metadata, as the npm client sends it", async () => {
    const sent = form(
      ["metadata[main_module]", "script.js"],
      ["metadata[bindings][][name]", "A"],
      ["metadata[bindings][][type]", "plain_text"],
      ["metadata[bindings][][text]", "true"],
      ["metadata[bindings][][name]", "B"],
      ["metadata[compatibility_flags][]", "one"],
      ["metadata[compatibility_flags][]", "two"],
      ["metadata[observability][enabled]", "true"],
      ["files[script.js]", MODULE],
    );
    const { metadata, modules } = await readUpload(request(sent));
    expect(JSON.parse(JSON.stringify(metadata))).toEqual({
      main_module: "script.js",
      bindings: [{ name: "A", type: "plain_text", text: "true" }, { name: "B" }],
      compatibility_flags: ["one", "two"],
      observability: { enabled: true },
    });
    expect(modules.map(({ name }) => name)).toEqual(["script.js"]);
  });

  it("may have modules that are all named files, as the Python and Go clients send them", async () => {
    const other = new File(["export {}"], "lib/other.js", { type: "application/javascript+module" });
    const metadata = JSON.stringify({ main_module: "script.js" });
    const { modules } = await readUpload(
      request(form(["files", other], ["files", MODULE], ["metadata", metadata])),
    );
    expect(modules.map(({ name }) => name)).toEqual(["lib/other.js", "script.js"]);
  });

  it.each(["application/javascript", "text/javascript; charset=utf-8"])(
    "may be a plain script of the type %s",
    async (type) => {
      const { metadata, modules } = await readUpload(request("addEventListener", { "content-type": type }));
      expect(metadata).toEqual({ body_part: "script" });
      expect(modules.map(({ name, content }) => [name, Buffer.from(content).toString()])).toEqual([
        ["script", "addEventListener"],
      ]);
    },
  );

  it("cannot reach a prototype through its keys", async () => {
    const sent = form(
      ["metadata[__proto__][polluted]", "yes"],
      ["metadata[main_module]", "script.js"],
      ["script.js", MODULE],
    );
    await readUpload(request(sent));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each<[string, number, FormData]>([
    ["no metadata", 10021, form(["script.js", MODULE])],
    ["no entry point", 10021, form(["metadata", "{}"], ["script.js", MODULE])],
    ["a missing entry point", 10021, form(["metadata", '{"main_module":"a.js"}'], ["script.js", MODULE])],
    ["metadata that is not JSON", 10002, form(["metadata", "{"], ["script.js", MODULE])],
  ])("with %s is refused", async (_, expected, sent) => {
    expect(await code(readUpload(request(sent)))).toBe(expected);
  });

  it("that is not a form is refused", async () => {
    expect(await code(readUpload(request("{}")))).toBe(10002);
  });
});

it("invalid JSON is refused without quoting it", () => {
  for (const text of ["canary", '"canary"', "[]", "null"]) {
    expect(() => parseObject(text)).toThrow(ApiError);
    expect(() => parseObject(text)).not.toThrow(/canary/);
  }
  expect(parseObject('{"a":1}')).toEqual({ a: 1 });
});

it.each(["script_1", "_x", "0-a", "a".repeat(255)])("the script name %s is accepted", (name) => {
  expect(() => {
    checkName(name);
  }).not.toThrow();
});

it.each(["", "-a", "Upper", "a b", "a/b", "a".repeat(256)])("the script name '%s' is refused", (name) => {
  expect(() => {
    checkName(name);
  }).toThrow(ApiError);
});

it("a script's settings are separated from a version's", () => {
  expect(
    unversioned({ logpush: true, tags: undefined, main_module: "a", observability: { enabled: true } }),
  ).toEqual({
    logpush: true,
    observability: { enabled: true },
  });
});
