import * as pulumi from "@pulumi/pulumi";
import { configSecret } from "../../../secrets";
import { readSource, startRun } from "../../support/source-run";

const CANARY = "canary-71c0de";

beforeEach(startRun);

function configure(value: unknown, key = "project:database"): void {
  pulumi.runtime.setAllConfig({ [key]: typeof value === "string" ? value : JSON.stringify(value) }, [key]);
}

const refusal = (path: string) => {
  try {
    return configSecret("database", { path });
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) return error.message;
    throw error;
  }
};

test.each([
  ["password", { password: CANARY }, "database.password"],
  ["users[1].token", { users: [{}, { token: CANARY }] }, "database.users[1].token"],
  ["[0]", [CANARY], "database[0]"],
  ['["a.b"]["c\\"d"]', { "a.b": { 'c"d': CANARY } }, 'database["a.b"]["c\\"d"]'],
])("a text is at a path of an object or a list: %s", async (path, value, place) => {
  configure(value);
  const found = await readSource(configSecret("database", { path }));
  expect(found).toMatchObject({ text: CANARY, previous: undefined, source: `config:${place}` });
});

test("the previous value is beside it", async () => {
  configure({ password: "new", "password-previous": CANARY, "a b": "new", "a b-previous": "old" });
  const found = await readSource(configSecret("database", { path: "password" }));
  expect(found).toMatchObject({ text: "new", previous: CANARY });
  expect(await readSource(configSecret("database", { path: '["a b"]' }))).toMatchObject({ previous: "old" });
});

test("a number or a boolean is text", async () => {
  configure({ port: 5432, on: false });
  expect(await readSource(configSecret("database", { path: "port" }))).toMatchObject({ text: "5432" });
  expect(await readSource(configSecret("database", { path: "on" }))).toMatchObject({ text: "false" });
});

test("the config of a namespace, as an option or by itself", async () => {
  const config = new pulumi.Config("vault");
  configure({ password: CANARY }, "vault:database");
  expect(await readSource(configSecret("database", { path: "password", config }))).toMatchObject({
    text: CANARY,
    source: "config:vault:database.password",
  });
  expect(configSecret("database", config).source).toBe("config:vault:database");
});

test("a stack that deploys without values reads nothing", () => {
  process.env.WORKER_SECRET_VALUES = "keep";
  pulumi.runtime.setAllConfig({});
  expect(configSecret("database", { path: "a" })).toEqual({ text: "", source: "config:database.a" });
  delete process.env.WORKER_SECRET_VALUES;
});

test.each([
  ["nothing there", { [CANARY]: "x" }],
  ["an object", { password: { [CANARY]: "x" } }],
  ["a number with more digits than are kept", { password: 2 ** 53 }],
  ["a list", [CANARY]],
  ["a text", CANARY],
  ["null", null],
])("no text at the path is an error with the command, and without the value: %s", (_, value) => {
  configure(value);
  expect(refusal("password")).toBe(
    `The config has no text at "database.password". Set it: pulumi config set --path --secret database.password`,
  );
});

test("the length of a list is no part of it", () => {
  configure([CANARY]);
  expect(refusal("length")).toMatch(/^The config has no text at "database\.length"\. Set it: /);
});

test("the command quotes a path for the shell", () => {
  configure({});
  expect(refusal('["it\'s"]')).toMatch(
    / Set it: pulumi config set --path --secret 'database\["it'\\''s"\]'$/,
  );
});

test("a path has one name in the state, however it is written", () => {
  configure({ password: CANARY });
  expect(configSecret("database", { path: '["password"]' }).source).toBe("config:database.password");
});

test("no key is the same", () => {
  pulumi.runtime.setAllConfig({});
  expect(refusal("a")).toMatch(/^The config has no text at "database\.a"\. Set it: /);
});

test.each(["", ".a", "a.", "a..b", "a[", "a[x]", "[0]a", 'a["b]', "[]"])("not a path: %j", (path) => {
  configure({});
  expect(refusal(path)).toMatch(/^configSecret: path: expected a path as pulumi config set --path takes it/);
});
