import * as fs from "node:fs";
import { audit } from "../../../commands/audit/audit";
import { readConfigHistory } from "../../../commands/audit/config-history";
import { Notes } from "../../../kit/notes";
import type { Report } from "../../../commands/audit/report";
import { table } from "../../../commands/audit/table";
import { usesOf } from "../../../commands/audit/uses";
import { page } from "../../../commands/audit/page";
import { fakeCli, GitFolder } from "../../support/fake-cli";

const COMPONENT = "urn:pulumi:s::p::cloudflare-worker-secrets:index:WorkerScript::shop";
const DAY_MS = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();

/** A state with one Worker whose secrets have these sources and fingerprints. */
function state(secrets: Readonly<Record<string, string>>, fingerprint?: string): string {
  const inventory = Object.entries(secrets).map(([name, source]) => ({
    ...{ name, type: "secret_text", source, maxAge: 90 },
  }));
  const resources = [
    { urn: COMPONENT, type: "cloudflare-worker-secrets:index:WorkerScript", outputs: { inventory } },
    {
      urn: `${COMPONENT}$WorkersScript::shop`,
      type: "cloudflare:index/workersScript:WorkersScript",
      parent: COMPONENT,
      inputs: { accountId: "a", scriptName: "shop" },
      modified: daysAgo(100),
    },
    ...inventory.map(({ name }) => ({
      urn: `${COMPONENT}$Secret::shop/${name}`,
      type: "cloudflare-worker-secrets:index:Secret",
      parent: COMPONENT,
      inputs: { fingerprint: { plaintext: fingerprint } },
      created: daysAgo(200),
    })),
  ];
  return JSON.stringify({ version: 3, deployment: { resources } });
}

let folder: GitFolder;
beforeEach(() => {
  folder = new GitFolder();
});
afterEach(() => {
  folder.remove();
});

async function run(prints: Readonly<Record<string, string>>, byValue = false) {
  const notes = new Notes();
  const cli = fakeCli(folder.root, prints);
  const report = await audit({ cli, cloudflare: undefined, byValue, notes, progress: () => undefined });
  return { report, notes };
}

const ages = ({ secrets }: Report) =>
  secrets.map(({ binding, age, overdue, changed: { by, recordedIn } }) => [
    binding,
    age,
    overdue,
    by ?? recordedIn,
  ]);

test("the report joins stacks, states and git", async () => {
  folder.write("Pulumi.prod.yaml", "config:\n  p:key:\n    secure: v1:a\n");
  folder.commit("Ada", daysAgo(120));
  const { report, notes } = await run({
    "stack ls --json": '[{"name": "prod"}, {"name": "-dash"}, {"name": "denied"}]',
    "stack export --stack=prod": state({ KEY: "config:key", OTHER: "config:other", VAULT: "op://vault/key" }),
    "stack export --stack=-dash": '{"deployment": {}}',
  });
  expect(report.environments).toEqual(["-dash", "denied", "prod"]);
  expect(ages(report)).toEqual([
    ["KEY", 120, true, "Ada"],
    ["OTHER", 100, true, "pulumi"],
    ["VAULT", 100, true, "pulumi"],
  ]);
  expect(report.notes).toEqual(["The state of denied could not be read: not for you."]);
  expect(notes.complete).toBe(false);
});

test("a key that only an ESC environment can have comes from there, and a note says where to change it", async () => {
  const config = "config:\n  p:own:\n    secure: v1:a\n";
  folder.write("Pulumi.prod.yaml", `environment: [shop/prod, base]\n${config}`);
  folder.write("Pulumi.eu.yaml", `environment: [shop/prod, base]\n${config}`);
  folder.write("Pulumi.dev.yaml", `environment: { values: {} }\n${config}`);
  folder.commit("Ada", daysAgo(120));
  const deployed = state({ KEY: "config:key", OWN: "config:own", VAULT: "op://vault/key" });
  const stacks = ["dev", "eu", "prod"];
  const { report } = await run({
    "stack ls --json": JSON.stringify(stacks.map((name) => ({ name }))),
    ...Object.fromEntries(stacks.map((stack) => [`stack export --stack=${stack}`, deployed])),
  });
  const rows = report.secrets.map(({ binding, source, age, sharedWith }) => [
    binding,
    source,
    age,
    ...sharedWith,
  ]);
  const own = ["OWN", "config:own", 120];
  const vault = ["VAULT", "op://vault/key", 100];
  expect(rows).toEqual([
    ["KEY", "esc:Pulumi.dev.yaml#key", 100],
    ["KEY", "esc:shop/prod,base#key", 100, "prod/shop/KEY"],
    ["KEY", "esc:shop/prod,base#key", 100, "eu/shop/KEY"],
    ...[own, own, own, vault, vault, vault],
  ]);
  expect(report.notes).toEqual([
    expect.stringMatching(
      /^Not in the config of the stack's file, .* `pulumi env edit`.*: key \(dev\) from Pulumi\.dev\.yaml, .*, key \(prod\) from shop\/prod or base\.$/,
    ),
  ]);
  expect(table(report, false)).toMatch(/shop +prod +KEY +esc:shop\/prod,base#key /);
  const html = page(report);
  expect(html).toContain("from <code>esc:shop/prod,base#key</code>");
  // The command to rotate it would refuse it.
  expect(html).toContain("npm run rotate -- own --stack prod");
  expect(html).not.toContain("npm run rotate -- key ");
  expect(usesOf(report, "key").secrets).toHaveLength(3);
});

describe("a change after the last upload", () => {
  const history = (kind: string, result: string, days: number) => ({
    kind,
    result,
    startTime: daysAgo(days),
  });
  const prints = (updates?: object[]) => ({
    "stack ls --json": '[{"name": "prod"}]',
    "stack export --stack=prod": state({ KEY: "config:key" }),
    ...(updates === undefined
      ? {}
      : { "stack history --json --page-size=100 --page=1 --stack=prod": JSON.stringify(updates) }),
  });
  beforeEach(() => {
    folder.write("Pulumi.prod.yaml", "config:\n  p:key:\n    secure: v1:a\n");
    folder.commit("Ada", daysAgo(50));
  });

  test.each<[string, object[] | undefined]>([
    ["there is no update", []],
    ["the update was before it", [history("update", "succeeded", 60)]],
    ["the update failed", [history("update", "failed", 10)]],
    ["there was only a refresh", [history("refresh", "succeeded", 10), history("update", "succeeded", 100)]],
    ["the updates are malformed", [{}]],
    ["the updates cannot be read", undefined],
  ])("is not deployed if %s", async (_, updates) => {
    const { report } = await run(prints(updates));
    expect(ages(report)).toEqual([["KEY", 100, true, "pulumi"]]);
    expect(report.notes.join()).toMatch(
      /^The config was changed after what is live was deployed: key \(prod\)/,
    );
  });

  test("is deployed if a later update succeeded with nothing to upload", async () => {
    const { report } = await run(
      prints([history("refresh", "succeeded", 1), history("update", "succeeded", 10)]),
    );
    expect(ages(report)).toEqual([["KEY", 50, false, "Ada"]]);
    expect(report.notes).toEqual([]);
  });
});

test("a project without a stack is not a clean result, and an unreadable list is an error", async () => {
  const { report, notes } = await run({ "stack ls --json": "[]" });
  expect([report.secrets, notes.complete]).toEqual([[], false]);
  expect(report.notes.join()).toMatch(/^The project p has no stack/);
  await expect(run({})).rejects.toThrow("The stacks could not be listed: not for you");
});

test("equal fingerprints are shared values, and a stack that cannot be decrypted is named", async () => {
  const plain = { KEY: "op://vault/key", OTHER: "op://vault/other" };
  const prints = {
    "stack ls --json": '[{"name": "prod"}, {"name": "locked"}]',
    "stack export --stack=prod": state(plain),
    "stack export --stack=locked": state({}),
    "stack export --show-secrets --stack=prod": state(plain, '"digest"'),
  };
  const { report } = await run(prints, true);
  expect(report.secrets.map(({ sharedWith }) => sharedWith)).toEqual([
    ["prod/shop/OTHER"],
    ["prod/shop/KEY"],
  ]);
  expect(report.notes).toEqual(["Values of locked were not compared: not for you."]);
  expect(JSON.stringify(report)).not.toContain("digest");
  expect((await run(prints)).report.secrets.flatMap(({ sharedWith }) => sharedWith)).toEqual([]);
});

describe("the history of a stack's config", () => {
  const CONFIG = "config:\n  p:key:\n    secure: v1:a\n";
  const origin = async () => (await readConfigHistory(folder.file("Pulumi.prod.yaml"), "p"))("key");
  const DATE = "2026-01-02T03:04:05.000Z";

  test("follows a symbolic link", async () => {
    fs.mkdirSync(folder.file("config"));
    folder.write("config/prod.yaml", CONFIG);
    fs.symlinkSync("config/prod.yaml", folder.file("Pulumi.prod.yaml"));
    folder.commit("Ada", DATE);
    expect(await origin()).toEqual({ by: "Ada", at: DATE });
  });

  test("has the latest change of several lines, and says what is not committed", async () => {
    const folded = (...lines: string[]) =>
      `config:\n  p:key:\n    secure: >-\n      ${lines.join("\n      ")}\n`;
    folder.write("Pulumi.prod.yaml", folded("v1:a", "b"));
    folder.commit("Ada", DATE);
    folder.write("Pulumi.prod.yaml", folded("v1:a", "c"));
    folder.commit("Grace", "2026-02-02T00:00:00Z");
    expect(await origin()).toMatchObject({ by: "Grace" });
    folder.write("Pulumi.prod.yaml", folded("v1:x", "c"));
    expect(await origin()).toBe("uncommitted");
    folder.write("Pulumi.prod.yaml", folded("v1:a", "x"));
    expect(await origin()).toBe("uncommitted");
  });

  test("is empty without the file, and an error if the file is unreadable or not committed", async () => {
    expect(await origin()).toBeUndefined();
    folder.write("Pulumi.prod.yaml", CONFIG);
    await expect(origin()).rejects.toThrow(/^it was never committed$/);
    fs.rmSync(folder.file("Pulumi.prod.yaml"));
    fs.symlinkSync("Pulumi.prod.yaml", folder.file("Pulumi.prod.yaml"));
    await expect(origin()).rejects.toThrow(/^the file cannot be read \(ELOOP\)$/);
    const outside = fs.mkdtempSync(`${folder.root}-outside-`);
    fs.writeFileSync(`${outside}/Pulumi.prod.yaml`, CONFIG);
    await expect(readConfigHistory(`${outside}/Pulumi.prod.yaml`, "p")).rejects.toThrow(
      /^it is not in a git checkout$/,
    );
    fs.rmSync(outside, { recursive: true });
  });
});
