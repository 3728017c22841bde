import { type Found, question, workerLines } from "../../../commands/from-v5/lines";
import type { Look } from "../../../commands/from-v5/live";
import type { FullResource } from "../../../commands/from-v5/state";
import { v5Workers } from "../../../commands/from-v5/workers";
import { ACCOUNT_ID, CANARY } from "../../support/mock-stack";
import { script, secret, v6Script } from "../../support/v5-state";

const pulumi = (...words: string[]) => `pulumi ${words.join(" ")}`;
const EVERY_LIST = {
  plainTextBindings: [{ name: "MODE", text: `${CANARY} in clear` }],
  analyticsEngineBindings: [{ name: "EVENTS", dataset: "events" }],
  d1DatabaseBindings: [{ name: "DB", databaseId: "d1-id" }],
  hyperdriveConfigBindings: [{ binding: "SQL", id: "hyper-id" }],
  kvNamespaceBindings: [{ name: "CACHE", namespaceId: "kv-id" }],
  queueBindings: [{ binding: "JOBS", queue: "jobs" }],
  r2BucketBindings: [{ name: "FILES", bucketName: "files" }],
  serviceBindings: [
    { name: "AUTH", service: "auth", environment: "production" },
    { name: "OLD", service: "old" },
  ],
  webassemblyBindings: [{ name: "ADD", module: "AGFzbQ==" }],
};

interface Given {
  readonly live?: Look;
  /** Whether the config has the values. */
  readonly isSet?: boolean;
  readonly kept?: readonly FullResource[];
}

function shown(moved: readonly FullResource[], { live = "not looked", isSet = true, kept = [] }: Given = {}) {
  const keyOf: Found["keyOf"] = ({ name }) => ({ key: name.toLowerCase(), isSet });
  const found = v5Workers(moved, kept).map((worker): Found => ({ worker, live, keyOf }));
  const lines = found.flatMap((one) => workerLines(one, pulumi));
  expect(lines.join("\n")).not.toContain(CANARY);
  return { lines, text: lines.join("\n") };
}

test("the lists of v5 become the arguments of WorkerScript, in v6's form", () => {
  const { lines } = shown([script("shop", EVERY_LIST), secret("KEY", "shop")]);
  const from = lines.indexOf('  new WorkerScript("shop-resource", {');
  expect(lines.slice(from, lines.indexOf("  });") + 1)).toEqual([
    '  new WorkerScript("shop-resource", {',
    `    accountId: "${ACCOUNT_ID}",`,
    '    name: "shop",',
    "    content, // as in v5",
    '    compatibilityDate: "2021-11-02", // v5 set none: this date changes nothing',
    "    secretTextBindings: [",
    '      { name: "TOKEN", ...configSecret("token") },',
    '      { name: "KEY", ...configSecret("key") },',
    "    ],",
    "    plainTextBindings, // as in v5: MODE",
    "    bindings: [",
    '      { type: "analytics_engine", name: "EVENTS", dataset: "events" },',
    '      { type: "d1", name: "DB", databaseId: "d1-id" },',
    '      { type: "hyperdrive", name: "SQL", id: "hyper-id" },',
    '      { type: "kv_namespace", name: "CACHE", namespaceId: "kv-id" },',
    '      { type: "queue", name: "JOBS", queueName: "jobs" },',
    '      { type: "r2_bucket", name: "FILES", bucketName: "files" },',
    '      { type: "service", name: "AUTH", service: "auth", environment: "production" },',
    '      { type: "service", name: "OLD", service: "old" },',
    "    ],",
    "    takeOver: true, // for the first deploy only",
    "  });",
  ]);
  expect(lines.join("\n")).toMatch(
    /- v6 has no webassemblyBindings \(ADD\)\. The code imports the file instead/,
  );
});

test("the settings of v5 are kept, a service worker among them", () => {
  const { text } = shown([
    script("shop", {
      ...{ module: undefined, logpush: true, secretTextBindings: undefined, tags: ["team"] },
      ...{
        compatibilityDate: "2024-02-03",
        compatibilityFlags: ["nodejs_compat"],
        placements: [{ mode: "smart" }],
      },
    }),
  ]);
  expect(text).toContain(
    '    module: false,\n    compatibilityDate: "2024-02-03",\n    compatibilityFlags: ["nodejs_compat"],\n' +
      '    logpush: true,\n    placement: { mode: "smart" },\n    takeOver: true',
  );
  expect(text).toContain("- v6 has no tags.");
  expect(text).not.toMatch(/undeclaredSecrets|secretTextBindings/);
});

test("what is live and not of v5 is inherited; what v5 declared is overwritten, once", () => {
  const live = new Map([
    ["TOKEN", "secret_text"],
    ["BY_HAND", "secret_text"],
    ["CACHE", "kv_namespace"],
    ["ADD", "wasm_module"],
    ["AI", "ai"],
  ]);
  const { text } = shown([script("shop", EVERY_LIST), secret("KEY", "shop")], { live });
  expect(text).toContain(
    '    inheritedSecrets: ["AI", "BY_HAND"],\n    takeOver: true, // for the first deploy only\n' +
      '    undeclaredSecrets: "delete", // for the first deploy only\n  });',
  );
  expect(text).toContain(
    "- Live, and not of v5: AI (ai), BY_HAND (secret_text). inheritedSecrets keeps that.",
  );
  expect(text).toContain("- Not live: KEY. The deploy puts it there.");
});

test("nothing has to be overwritten or inherited if no secret is live, and nothing taken over if the Worker is not", () => {
  const none = shown([script("shop")], { live: new Map() }).text;
  expect(none).toContain("takeOver: true");
  expect(none).not.toMatch(/undeclaredSecrets|inheritedSecrets/);
  const absent = shown([script("shop")], { live: "absent" }).text;
  expect(absent).toContain("- It is not on Cloudflare. The deploy creates it.");
  expect(absent).not.toMatch(/takeOver|undeclaredSecrets|inheritedSecrets/);
});

test.each<[Look, RegExp]>([
  [
    "not looked",
    /- What is live was not looked at, because there is no CLOUDFLARE_API_TOKEN\. pulumi preview stops/,
  ],
  ["unreadable", /- What is live could not be read\. pulumi preview stops/],
])("if what is live is not known (%s), the gate is not opened, and its preview names it", (live, why) => {
  const { text } = shown([script("shop")], { live });
  expect(text).toMatch(why);
  expect(text).toMatch(/ TOKEN is v5's: undeclaredSecrets: "delete", .* inheritedSecrets first/);
  expect(text).not.toMatch(/^ +undeclaredSecrets/m);
  expect(shown([script("shop", { secretTextBindings: [] })], { live }).text).not.toContain("v5's: ");
});

test("a value that is under no key of the config is named with three ways", () => {
  const { text } = shown([script("shop")], { isSet: false });
  expect(text).toContain(
    "- No secret of the stack's config has the value of TOKEN. --set-config sets token to the one in v5's state; " +
      'pulumi config set --secret token sets another. Or take its line out, and inheritedSecrets: ["TOKEN"] keeps the live one.',
  );
});

test("secrets of a Worker that v5 did not declare are named as such", () => {
  const { text } = shown([
    secret("KEY", "shop", { inputs: { ...secret("KEY", "shop").inputs, accountId: null } }),
  ]);
  expect(text).toContain('  new WorkerScript("shop", {\n    accountId, // as in v5\n');
  expect(text).toContain(
    "    content, // the Worker's code, which v5 did not declare\n    secretTextBindings",
  );
  expect(text).toMatch(/- v5 declared secrets of shop, and not the Worker\./);
});

test("a Worker that v6 has already needs no change of the program", () => {
  const taker = v6Script("shop");
  const { lines } = shown([script("shop")], { kept: [taker] });
  expect(lines.slice(-1)).toEqual([`v6 has it already, so the program stays as it is: ${taker.urn}`]);
});

test("the question says what leaves, what is set, and where the state is saved", () => {
  expect(question(3, "dev", "FILE", 0)).toBe(
    "Take 3 resources of v5 out of the state of stack dev? The state is saved in FILE first.",
  );
  expect(question(1, "dev", "FILE", 1)).toMatch(
    /^Take 1 resource of .* of stack dev, and set 1 secret in its config\? /,
  );
});
