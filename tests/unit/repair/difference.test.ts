import type { DeclaredBinding } from "../../../commands/repair/declared";
import { difference } from "../../../commands/repair/difference";
import { CANARY } from "../../support/mock-stack";
import { repairWorker, versionWith } from "../../support/repair-worker";

const pulumi = (...words: string[]) => `pulumi ${words.join(" ")}`;

type Types = Readonly<Record<string, string>>;

/** Compares a Worker that declares these types with versions that have these. */
function compared(declared: Types, ...serving: Types[]) {
  return comparedKeeping([], declared, ...serving);
}

function comparedKeeping(keeps: readonly string[], declared: Types, ...serving: Types[]) {
  const bindings = Object.entries(declared).map(([name, type]): DeclaredBinding => ({
    name,
    type,
    text: type === "secret_text" ? () => `${CANARY} ${name}` : undefined,
  }));
  const found = difference(repairWorker({ bindings, keeps }), serving.map(versionWith), pulumi);
  return found.map(({ name, says, edit, remedy = "" }) => {
    const does = typeof edit === "function" ? `put ${edit()}` : (edit ?? "nothing");
    return [name, says, does, /pulumi up(?: --refresh)?$|npx .*$/.exec(remedy)?.[0] ?? remedy];
  });
}

test("names that are live as declared are no difference", () => {
  const same = { KEY: "secret_text", CACHE: "kv_namespace" };
  expect(compared(same, same)).toEqual([]);
  expect(compared({ KEPT: "inherit" }, { KEPT: "secret_text" })).toEqual([]);
  expect(compared({ KEPT: "inherit" }, { KEPT: "plain_text" })).toEqual([]);
});

test("a secret that is not declared is removed, and a declared text is put back", () => {
  expect(compared({ KEY: "secret_text" }, { OLD: "secret_text", HMAC: "secret_key" })).toEqual([
    ["HMAC", "live, and not declared", "remove", ""],
    ["KEY", "declared, and not live", `put ${CANARY} KEY`, ""],
    ["OLD", "live, and not declared", "remove", ""],
  ]);
});

test("a secret that the program lets Cloudflare keep is not removed", () => {
  const live = { OLD: "secret_text", HMAC: "secret_key", STORED: "secrets_store_secret" };
  const left = comparedKeeping(["secret_text"], {}, live).map(([name, , does]) => [name, does]);
  expect(left).toEqual([
    ["HMAC", "remove"],
    ["STORED", "nothing"],
  ]);
});

test.each<[string, Types, Types, string[]]>([
  [
    "an inherited secret that is missing, whose value the stack never had",
    { KEPT: "inherit" },
    {},
    ["inherited, and not live", "npx wrangler secret put KEPT --name shop"],
  ],
  [
    "a secret in whose place a variable shows its value",
    { KEY: "secret_text" },
    { KEY: "plain_text" },
    ["declared as secret_text, and live as plain_text", "pulumi up --refresh"],
  ],
  [
    "a variable in whose place is a secret",
    { MODE: "plain_text" },
    { MODE: "secret_text" },
    ["declared as plain_text, and live as secret_text", "pulumi up"],
  ],
  ["a missing key", { K: "secret_key" }, {}, ["declared as secret_key, and not live", "pulumi up"]],
  ["a missing variable", { M: "plain_text" }, {}, ["declared as plain_text, and not live", "pulumi up"]],
  ["a variable left over", {}, { M: "json" }, ["live as json, and not declared", "pulumi up"]],
  [
    "a stored secret left over",
    {},
    { S: "secrets_store_secret" },
    ["live as secrets_store_secret, and not declared", "pulumi up"],
  ],
])("no edit of secrets can change %s", (_, declared, live, [says, remedy]) => {
  const [name] = [...Object.keys(declared), ...Object.keys(live)];
  expect(compared(declared, live)).toEqual([[name, says, "nothing", remedy]]);
});

test("with several versions, one that lacks a name or has another counts", () => {
  const declared = { KEY: "secret_text", MODE: "plain_text" };
  const versions = [
    declared,
    { MODE: "plain_text", OLD: "secret_text" },
    { KEY: "secret_text", MODE: "json" },
  ];
  expect(compared(declared, ...versions).map(([name, says]) => `${name}: ${says}`)).toEqual([
    "KEY: declared, and not live",
    "MODE: declared as plain_text, and live as json",
    "OLD: live, and not declared",
  ]);
});
