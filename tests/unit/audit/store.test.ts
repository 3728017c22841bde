import { audit } from "../../../commands/audit/audit";
import { compare } from "../../../commands/audit/compare";
import { readStore } from "../../../commands/audit/read-store";
import { STORE, workersOf } from "../../../commands/audit/state";
import { table } from "../../../commands/audit/table";
import type { Cloudflare } from "../../../kit/live/cloudflare";
import { Notes } from "../../../kit/notes";
import { fakeCli, GitFolder } from "../../support/fake-cli";

const TYPE = "cloudflare-worker-secrets:index:";
const STORE_URN = `urn:pulumi:s::p::${TYPE}SecretsStore::shared`;
const ACCOUNT = "0123456789abcdef0123456789abcdef";
const ID = "89abcdef89abcdef89abcdef89abcdef";
const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString();

const VERSION = { id: "7", created: daysAgo(5), by: "Grace" };

/** A stack with a store of secrets, and one with two Workers that are bound to the first. */
function state(workers: readonly string[], secrets: readonly string[]): string {
  const stored = secrets.map((name) => ({
    ...{ name, type: "store_secret", source: `config:${name}`, maxAge: 30 },
    ...(name === "managed" ? { source: `aws-secrets-manager:${name}`, version: VERSION } : {}),
  }));
  const store = [
    {
      urn: STORE_URN,
      type: `${TYPE}SecretsStore`,
      outputs: { accountId: ACCOUNT, storeId: ID, inventory: stored },
    },
    ...secrets.flatMap((name) => [
      {
        urn: `${STORE_URN}$Secret::shared/${name}`,
        type: `${TYPE}Secret`,
        parent: STORE_URN,
        created: daysAgo(80),
      },
      {
        urn: `${STORE_URN}$x::shared/${name}`,
        type: "cloudflare:index/secretsStoreSecret:SecretsStoreSecret",
        parent: STORE_URN,
        modified: daysAgo(10),
      },
    ]),
  ];
  const bound = workers.flatMap((worker) => {
    const urn = `urn:pulumi:s::p::${TYPE}WorkerScript::${worker}`;
    const source = `secrets-store:${ID}/api-key`;
    const inventory = [{ name: "API_KEY", type: "secrets_store_secret", source }];
    return [
      { urn, type: `${TYPE}WorkerScript`, outputs: { inventory } },
      {
        urn: `${urn}$WorkersScript::${worker}`,
        type: "cloudflare:index/workersScript:WorkersScript",
        parent: urn,
        inputs: { accountId: ACCOUNT, scriptName: worker },
        modified: daysAgo(100),
      },
    ];
  });
  return JSON.stringify({ deployment: { resources: [...(secrets.length > 0 ? store : []), ...bound] } });
}

let folder: GitFolder;
beforeEach(() => {
  folder = new GitFolder();
});
afterEach(() => {
  folder.remove();
});

test("a store's secret has a row, and each Worker that shares it has its age, over all stacks", async () => {
  folder.write("Pulumi.shared.yaml", "config:\n  p:api-key:\n    secure: v1:a\n");
  folder.commit("Ada", daysAgo(40));
  const prints = {
    "stack ls --json": '[{"name": "shared"}, {"name": "prod"}]',
    "stack export --stack=shared": state([], ["api-key", "managed", "unused"]),
    "stack export --stack=prod": state(["one", "two"], []),
  };
  const cli = fakeCli(folder.root, prints);
  const report = await audit({
    ...{ cli, cloudflare: undefined, byValue: false, notes: new Notes(), progress: () => undefined },
  });
  const rows = report.secrets.map(({ worker, binding, age, overdue, changed, sharedWith }) => [
    ...[worker, binding, age, overdue, changed.by ?? changed.recordedIn, sharedWith.join()],
  ]);
  const [key, one, two] = [`shared/${STORE}/api-key`, "prod/one/API_KEY", "prod/two/API_KEY"];
  expect(rows).toEqual([
    [STORE, "api-key", 40, true, "Ada", `${one},${two}`],
    [STORE, "managed", 5, false, "Grace", ""],
    [STORE, "unused", 10, "unknown", "pulumi", ""],
    ["one", "API_KEY", 40, true, "Ada", `${two},${key}`],
    ["two", "API_KEY", 40, true, "Ada", `${one},${key}`],
  ]);
  expect(table(report, false)).toMatch(/5 secrets of 2 Workers in 2 environments/);
  expect(
    report.secrets.flatMap(({ binding, version }) => (version === undefined ? [] : [binding, version])),
  ).toEqual(["managed", "7"]);
});

describe("what is in the store", () => {
  const [store] = workersOf("prod", state([], ["api-key", "gone"]));
  const asked: unknown[] = [];
  const cloudflare = (answer: unknown) =>
    ({
      read: (worker: object, path: (script: string) => string, _: unknown, area: string) => {
        asked.push([worker, path(ID), area]);
        return Promise.resolve(answer);
      },
    }) as unknown as Cloudflare;

  test("is one request, and leaves out what others have there", async () => {
    if (store === undefined) throw new Error("There is no store");
    const secrets = [
      { name: "api-key", status: "active" },
      { name: "theirs" },
      { name: "gone", status: "deleted" },
    ];
    const found = compare(store, await readStore(cloudflare(secrets), store), new Notes());
    expect(found.map(({ binding, state, source }) => [binding, state, source])).toEqual([
      ["api-key", "live", "config:api-key"],
      ["gone", "missing", "config:gone"],
    ]);
    expect(asked).toEqual([
      [{ accountId: ACCOUNT, script: ID }, `stores/${ID}/secrets?per_page=100`, "secrets_store"],
    ]);
    expect(await readStore(cloudflare("absent"), store)).toBe("absent");
  });

  test("is not asked about under an id that the state does not say", async () => {
    const [unknown] = workersOf("prod", state([], ["api-key"]).replace(`"storeId":"${ID}",`, ""));
    if (unknown === undefined) throw new Error("There is no store");
    asked.length = 0;
    expect(await readStore(cloudflare([]), unknown)).toBe("unreadable");
    expect(asked).toEqual([]);
  });
});
