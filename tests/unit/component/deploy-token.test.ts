import * as pulumi from "@pulumi/pulumi";
import * as cloudflare from "@pulumi/cloudflare";
import {
  DeployToken,
  type DeployTokenArgs,
  deployNeeds,
  SecretsStore,
  WorkerScript,
} from "../../../component";
import { DEPLOY_TOKEN } from "../../../component/contract/type-tokens";
import { checkArgs } from "../../../component/deploy-token/check";
import { declareTokens } from "../../../component/deploy-token/declare-tokens";
import { findProblems } from "../../../component/deploy-token/rules";
import {
  ACCOUNT_ID,
  CANARY,
  reveal,
  type RunOptions,
  runStack,
  type StackRun,
} from "../../support/mock-stack";

const TOKEN = "cloudflare:index/accountToken:AccountToken";
const ZONE = "fedcba9876543210fedcba9876543210";
const [ACCOUNT, SCOPE_ZONE, SCRIPT] = [
  "com.cloudflare.api.account",
  "com.cloudflare.api.account.zone",
  "com.cloudflare.edge.worker.script",
];
const OWN = `${ACCOUNT}.${ACCOUNT_ID}`;
const GROUPS = [
  { id: "9", name: "Workers Admin", scopes: [ACCOUNT] },
  { id: "8", name: "Workers Metadata Read-Only", scopes: [ACCOUNT] },
  { id: "7", name: "Individual Workers Editor", scopes: [SCRIPT] },
  { id: "6", name: "Secrets Store Write", scopes: [ACCOUNT] },
  { id: "5", name: "Secrets Store Read", scopes: [ACCOUNT] },
  { id: "4", name: "Workers Routes Write", scopes: [SCOPE_ZONE] },
  { id: "3", name: "Workers Routes Write", scopes: [ACCOUNT] },
];
const WORKERS = [
  { id: "shop", tag: "tag-b" },
  { id: "warehouse", tag: "tag-a" },
];

const answering = (
  groups: readonly object[] = GROUPS,
  workers: readonly object[] | Error = WORKERS,
): RunOptions => ({
  answers: {
    getAccountApiTokenPermissionGroupsList: { results: groups },
    getWorkersScripts: workers instanceof Error ? workers : { results: workers },
  },
});

/** The first moment of a day that is so many days from now. */
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

function declare(args: Partial<DeployTokenArgs>, options: RunOptions = answering()): Promise<StackRun> {
  return runStack(() => {
    const all: DeployTokenArgs = { accountId: ACCOUNT_ID, kind: "deploy", expiresOn: day(3), ...args };
    const { value, tokenId } = new DeployToken("ci", all);
    return { isSecret: pulumi.isSecret(value), tokenId };
  }, options);
}

function tokens(run: StackRun): Record<string, unknown>[] {
  const found = run.resources.filter(({ type }) => type === TOKEN);
  return found.map(({ name, inputs }) => ({ name, ...(reveal(inputs) as Record<string, unknown>) }));
}

/** What the promise is rejected with. */
async function refusal(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => "nothing",
    (error: unknown) => String(error),
  );
}

/** What the token is refused with once its arguments are checked. */
async function refused(args: Partial<DeployTokenArgs>, options: RunOptions): Promise<string> {
  let text = "";
  await runStack(async () => {
    const all: DeployTokenArgs = { accountId: ACCOUNT_ID, kind: "deploy", expiresOn: day(3), ...args };
    const parent = new pulumi.ComponentResource(DEPLOY_TOKEN, "ci");
    text = await refusal(declareTokens(parent, "ci", all, await checkArgs("ci", all)));
    return {};
  }, options);
  return text;
}

const allow = (ids: string[], resources: object) => ({
  effect: "allow",
  permissionGroups: ids.map((id) => ({ id })),
  resources: JSON.stringify(resources),
});

describe("what a token may do", () => {
  const needs = { workers: ["shop", "warehouse"], routeZones: [ZONE], secretsStore: true };
  test.each<[DeployTokenArgs["kind"], object, object[]]>([
    [
      "deploy",
      needs,
      [
        allow(["6"], { [OWN]: "*" }),
        allow(["7"], { [OWN]: { [`${SCRIPT}.tag-a`]: "*", [`${SCRIPT}.tag-b`]: "*" } }),
        allow(["4"], { [`${SCOPE_ZONE}.${ZONE}`]: "*" }),
      ],
    ],
    ["deploy", { workers: ["shop"] }, [allow(["7"], { [OWN]: { [`${SCRIPT}.tag-b`]: "*" } })]],
    [
      "bootstrap",
      needs,
      [allow(["6", "9"], { [OWN]: "*" }), allow(["4"], { [`${SCOPE_ZONE}.${ZONE}`]: "*" })],
    ],
    ["preview", needs, [allow(["5", "8"], { [OWN]: "*" })]],
    ["preview", {}, [allow(["8"], { [OWN]: "*" })]],
  ])("%s of %j", async (kind, given, policies) => {
    const [token] = tokens(await declare({ kind, needs: given }));
    expect(token).toMatchObject({ accountId: ACCOUNT_ID, policies });
  });

  test("is found once for all tokens of a run, and a token for all Workers lists none", async () => {
    const options = answering(GROUPS, new Error("not asked for"));
    const run = await runStack(() => {
      for (const name of ["one", "two"]) {
        new DeployToken(name, { accountId: ACCOUNT_ID, kind: "preview", expiresOn: day(3) });
      }
      return {};
    }, options);
    expect(tokens(run)).toHaveLength(2);
  });

  test("is unknown in a preview that does not know a Worker's name yet", async () => {
    const workers = [pulumi.output(pulumi.unknown as unknown as string)];
    const [token] = tokens(await declare({ needs: { workers } }, { ...answering(), preview: true }));
    expect(token?.policies).not.toBeInstanceOf(Array);
  });
});

describe("a token", () => {
  test("has its day, its addresses in one order, and a value that is a secret", async () => {
    const run = await declare({
      needs: { workers: ["shop"] },
      allowedAddresses: ["203.0.113.0/24", "198.51.100.7", "2001:db8::/32"],
    });
    expect(tokens(run)).toMatchObject([
      {
        name: `cloudflare-worker-secrets-dev-ci until ${day(3)}`,
        expiresOn: `${day(3)}T00:00:00Z`,
        condition: { requestIp: { ins: ["198.51.100.7", "2001:db8::/32", "203.0.113.0/24"] } },
      },
    ]);
    expect(run.outputs.isSecret).toBe(true);
    expect(JSON.stringify(run.resources)).not.toContain(CANARY);
  });

  test("stays beside its successor while previousExpiresOn names it", async () => {
    const run = await declare({
      needs: { workers: ["shop"] },
      expiresOn: day(9),
      previousExpiresOn: day(3),
      name: "shop",
    });
    const found = run.resources.filter(({ type }) => type === TOKEN);
    expect(found.map(({ name }) => name)).toEqual([`ci-deploy-${day(3)}`, `ci-deploy-${day(9)}`]);
    for (const token of found) expect(token.additionalSecretOutputs).toContain("value");
    expect(tokens(run).map(({ expiresOn }) => expiresOn)).toEqual([
      `${day(3)}T00:00:00Z`,
      `${day(9)}T00:00:00Z`,
    ]);
  });
});

describe("is refused", () => {
  test("with every unknown and ambiguous permission group, and every Worker that does not exist", async () => {
    const twice = GROUPS.filter(({ id }) => id !== "7").concat({
      id: "2",
      name: "Secrets Store Write",
      scopes: [ACCOUNT],
    });
    const text = await refused({ needs: { workers: ["shop", "new"], secretsStore: true } }, answering(twice));
    expect(text).toContain(
      'DeployToken "ci" cannot be deployed as it is declared. Nothing was sent to Cloudflare.',
    );
    expect(text).toMatch(
      /"Individual Workers Editor" of the scope com\.cloudflare\.edge\.worker\.script: expected one, .*none/,
    );
    expect(text).toMatch(
      /"Secrets Store Write" of the scope com\.cloudflare\.api\.account: expected one, .*lists 2/,
    );
    expect(text).toMatch(/no Worker "new".*\n*.*kind: "bootstrap"/);
  });

  test("if Cloudflare lists no scopes of a group", async () => {
    const groups = [{ id: "8", name: "Workers Metadata Read-Only" }];
    expect(await refused({ kind: "preview" }, answering(groups))).toContain("lists none");
  });

  test("if Cloudflare cannot be asked", async () => {
    const text = await refused({ needs: { workers: ["shop"] } }, answering(GROUPS, new Error("403")));
    expect(text).toMatch(/could not be read.*Account API Tokens Write/s);
  });

  test("with every wrong argument at once", async () => {
    const wrong = { accountId: "A", kind: "all", expiresOn: "soon", needs: { workers: [""] } };
    const text = await refusal(checkArgs("ci", wrong as unknown as DeployTokenArgs));
    for (const path of ["accountId", "kind", "expiresOn", "needs.workers[0]"]) {
      expect(text).toContain(`  - ${path}: expected`);
    }
  });
});

describe("arguments", () => {
  const NOW = new Date("2026-06-01T12:00:00Z");
  const GOOD = {
    accountId: ACCOUNT_ID,
    kind: "deploy",
    needs: { workers: ["shop"] },
    expiresOn: "2026-06-08",
  };
  const problems = (more: object) => findProblems({ ...GOOD, ...more }, NOW);

  test.each<[string, object]>([
    ["none more", {}],
    ["a year", { expiresOn: "2027-06-01" }],
    ["an Output that is not known", { needs: pulumi.unknown }],
    ["needs that are not known", { needs: { workers: pulumi.unknown, secretsStore: pulumi.unknown } }],
    ["a name and ranges", { name: "ci", allowedAddresses: ["203.0.113.0/24", "::1/128", "192.0.2.1"] }],
    ["the day before", { previousExpiresOn: "2026-06-02" }],
    ["no needs for a preview", { kind: "preview", needs: undefined }],
  ])("%s is accepted", (_, more) => {
    expect(problems(more)).toEqual([]);
  });

  test.each<[string, object]>([
    ["accountId", { accountId: "a" }],
    ["kind", { kind: "admin" }],
    ["expiresOn", { expiresOn: "2026-06-31" }],
    ["expiresOn", { expiresOn: "2026-13-01" }],
    ["expiresOn", { expiresOn: 1 }],
    ["expiresOn", { expiresOn: "2026-06-01" }],
    ["expiresOn", { expiresOn: "2027-06-03" }],
    ["expiresOn", { kind: "bootstrap", expiresOn: "2026-06-09" }],
    ["previousExpiresOn", { previousExpiresOn: "x" }],
    ["previousExpiresOn", { previousExpiresOn: "2026-06-01" }],
    ["previousExpiresOn", { previousExpiresOn: "2026-06-08" }],
    ["previousExpiresOn", { previousExpiresOn: "2036-01-01" }],
    ["previousExpiresOn", { kind: "bootstrap", previousExpiresOn: "2026-09-01" }],
    ["needs", { needs: "shop" }],
    ["needs", { needs: null }],
    ["needs.workers", { needs: {} }],
    ["needs.workers", { needs: { workers: [] } }],
    ["needs.workers[0]", { needs: { workers: [""] } }],
    ["needs.routeZones", { needs: { workers: ["shop"], routeZones: ZONE } }],
    ["needs.routeZones[0]", { needs: { workers: ["shop"], routeZones: ["example.com"] } }],
    ["needs.secretsStore", { needs: { workers: ["shop"], secretsStore: "yes" } }],
    ["name", { name: "" }],
    ["name", { name: "n".repeat(101) }],
    ["allowedAddresses", { allowedAddresses: [] }],
    ["allowedAddresses[0]", { allowedAddresses: ["203.0.113.0/33"] }],
    ["allowedAddresses[0]", { allowedAddresses: ["example.com"] }],
    ["allowedAddresses[0]", { allowedAddresses: [""] }],
    ["allowedAddresses[0]", { allowedAddresses: ["::1/129"] }],
  ])("%s as in %j is the one problem", (path, more) => {
    const found = problems(more);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${path.replace(/[.[\]]/g, "\\$&")}: `));
  });
});

describe("what a stack's deploys need", () => {
  const worker = (name: string, more = {}) =>
    new WorkerScript(name, { accountId: ACCOUNT_ID, name, content: "export default {}", ...more });

  test.each([
    ["nothing more", () => [{}, undefined], false],
    [
      "a binding to a secret of a store",
      () => [{ secretsStoreBindings: [{ name: "A", storeId: ZONE, secretName: "a" }] }, []],
      true,
    ],
    [
      "a store",
      () => [{}, [new SecretsStore("s", { accountId: ACCOUNT_ID, storeId: ZONE, secrets: [] })]],
      true,
    ],
  ] as [string, () => [object, SecretsStore[] | undefined], boolean][])(
    "of a stack with %s",
    async (_, make, secretsStore) => {
      const { outputs } = await runStack(() => {
        const [more, stores] = make();
        const workers = [worker("shop"), worker("admin", more)];
        const route = (pattern: string) =>
          new cloudflare.WorkersRoute(pattern, { zoneId: ZONE, pattern, script: "shop" });
        const routes = secretsStore ? [route("a.example.com/*"), route("b.example.com/*")] : undefined;
        return { needs: deployNeeds({ workers, routes, stores }) };
      });
      expect(await resolved(outputs.needs)).toEqual({
        workers: ["admin", "shop"],
        routeZones: secretsStore ? [ZONE] : [],
        secretsStore,
      });
    },
  );
});

function resolved(value: unknown): Promise<unknown> {
  return new Promise((resolve) => {
    pulumi.output(value as string).apply(resolve);
  });
}
