import { auditTokens, type TokenReport } from "../../../commands/audit/tokens/audit-tokens";
import { tokenTable } from "../../../commands/audit/tokens/table";
import { Notes } from "../../../kit/notes";
import { fakeCli } from "../../support/fake-cli";

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const ZONE = "fedcba9876543210fedcba9876543210";
const TYPE = "cloudflare-worker-secrets:index:";
const CANARY = "canary-77d1e0";
const NOW = new Date("2026-06-10T00:00:00Z");

const state = (...resources: object[][]) => JSON.stringify({ deployment: { resources: resources.flat() } });

/** A token as a program declares it; without outputs, without a `DeployToken`. */
function token(name: string, outputs: object | undefined, expiresOn: string | undefined): object[] {
  const urn = `urn:pulumi:s::p::${TYPE}DeployToken::${name}`;
  return [
    ...(outputs === undefined ? [] : [{ urn, type: `${TYPE}DeployToken`, outputs }]),
    {
      urn: `${urn}$AccountToken::${name}`,
      type: "cloudflare:index/accountToken:AccountToken",
      parent: urn,
      id: `id-of-${name}`,
      created: "2026-06-01T00:00:00Z",
      inputs: { accountId: ACCOUNT, name, expiresOn },
      outputs: { value: { ciphertext: CANARY } },
    },
  ];
}

function worker(script: string, inventory: object[] = []): object[] {
  const urn = `urn:pulumi:s::p::${TYPE}WorkerScript::${script}`;
  const inputs = { accountId: ACCOUNT, scriptName: script };
  return [
    { urn, type: `${TYPE}WorkerScript`, outputs: { inventory } },
    { urn: `${urn}$S`, type: "cloudflare:index/workersScript:WorkersScript", parent: urn, inputs },
  ];
}

const route = [{ urn: "r", type: "cloudflare:index/workersRoute:WorkersRoute", inputs: { zoneId: ZONE } }];
const needs = (more: object) => ({ kind: "deploy", needs: more });

async function audited(tokens: object[][], stacks: Record<string, string>, notes = new Notes()) {
  const names = Object.keys(stacks);
  const cli = fakeCli("/", {
    "stack ls --json": '[{"name": "tokens"}]',
    "stack ls --all --json": JSON.stringify(["tokens", "o/p/tokens", ...names].map((name) => ({ name }))),
    "stack export --stack=tokens": state(...tokens),
    ...Object.fromEntries(names.map((name) => [`stack export --stack=${name}`, stacks[name] ?? ""])),
  });
  return auditTokens(cli, notes, NOW);
}

const findings = ({ tokens }: TokenReport) =>
  Object.fromEntries(tokens.map(({ name, findings: found }) => [name, found]));

test("a token that may do what its stack needs has no findings, in whichever project the stack is", async () => {
  const all = { workers: ["shop"], routeZones: [ZONE], secretsStore: true };
  const report = await audited(
    [
      token("ci", needs(all), "2026-07-01T00:00:00Z"),
      token("pr", { kind: "preview", needs: {} }, "2026-07-01T00:00:00Z"),
    ],
    { "o/shop/prod": state(worker("shop", [{ type: "secrets_store_secret" }]), route) },
  );
  expect(findings(report)).toEqual({ ci: [], pr: [] });
  expect(report.tokens[0]).toMatchObject({ id: "id-of-ci", kind: "deploy", age: 9, environment: "tokens" });
  const printed = tokenTable(report, false);
  expect(printed).toMatch(/ci +tokens +deploy shop; routes in fedc\w+; Secrets Store +9 +2026-07-01$/m);
  expect(printed).toMatch(/pr +tokens +read names of all Workers +9/);
  expect(printed).toMatch(/\n\n2 tokens: nothing to do$/);
  expect(printed + JSON.stringify(report)).not.toContain(CANARY);
});

test("what a token may do beyond that is named, and so are its expiry and a token that is not by DeployToken", async () => {
  const wide = { workers: ["shop", "gone", "admin"], routeZones: [ZONE], secretsStore: true };
  const store = { kind: "preview", needs: { secretsStore: true } };
  const report = await audited(
    [
      token("wide", needs(wide), "2026-07-01T00:00:00Z"),
      token("late", needs({ workers: ["shop"] }), "2026-06-10T00:00:00Z"),
      token("first", { kind: "bootstrap", needs: {} }, "2026-07-01T00:00:00Z"),
      token("pr", store, "2026-07-01T00:00:00Z"),
      token("own", undefined, undefined),
    ],
    { "o/shop/prod": state(worker("shop")), "o/admin/prod": state(worker("admin")) },
  );
  expect(findings(report)).toEqual({
    wide: [
      "no stack has the Worker gone",
      `no route in the zone ${ZONE}`,
      "no use of the Secrets Store",
      "Workers of 2 stacks",
    ],
    late: ["has expired"],
    first: ["may change all Workers: for first deploys only"],
    pr: ["no use of the Secrets Store"],
    own: ["never expires", "not by a DeployToken: what it may do is not checked"],
  });
  const printed = tokenTable(report, false);
  expect(printed).toMatch(/own +tokens +unknown +9 +never +never expires; not by a DeployToken/);
  expect(printed).toMatch(/5 tokens: 5 to look at$/);
});

test("a state that cannot be read is a note, and the result is not clean", async () => {
  const notes = new Notes();
  const report = await audited([], { "o/shop/prod": "{" }, notes);
  expect(notes.complete).toBe(false);
  expect(tokenTable(report, false)).toMatch(
    /^0 tokens: nothing to do\n- The state of o\/shop\/prod could not be read/,
  );

  const cli = fakeCli("/", {
    "stack ls --json": '[{"name": "tokens"}]',
    "stack export --stack=tokens": state(),
  });
  const { notes: said } = await auditTokens(cli, new Notes(), NOW);
  expect(said).toEqual(["The stacks of other projects could not be listed: not for you."]);
});
