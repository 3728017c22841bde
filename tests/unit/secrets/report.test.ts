import stringWidth from "string-width";
import { example } from "../../../commands/secrets/example";
import { readList, secretKeys } from "../../../commands/secrets/list";
import { count, reportOn } from "../../../commands/secrets/report";
import { parseStackFile, readStackFiles } from "../../../commands/secrets/stack-files";
import { table } from "../../../commands/secrets/table";
import { listEntries } from "../../../component/contract/secret-list";
import { readProject } from "../../../kit/project";

const ENTRIES = listEntries({
  shop: {
    ORDER_KEY: { from: { config: "order-key" }, maxAge: 90, description: "Customers sign\n  with it" },
    DEBUG_TOKEN: { from: { config: "debug-token" }, stacks: ["dev", "staging"] },
    SHARED: { from: { config: "vault:shared" } },
  },
  warehouse: {
    SHARED: { from: { config: "vault:shared" }, description: "Of the vault" },
  },
});

const DEV = `encryptionsalt: v1:salt
config:
  p:order-key:
    secure: v1:one
  p:config:debug-token: canary
  vault:shared: { secure: v1:two }
`;
const PROD = `config:
  order-key: { inner: { secure: v1:one } }
  p:debug-token: canary
  p:vault:shared: { secure: v1:no }
`;
const IMPORTING = "environment: [base]\nconfig:\n  p:order-key: { secure: v1:one }\n";

function files(texts: Record<string, string>) {
  const parsed = Object.entries(texts).map(
    ([stack, text]) => [stack, parseStackFile(text, `Pulumi.${stack}.yaml`, "p")] as const,
  );
  return new Map(parsed);
}

const REPORT = reportOn(ENTRIES, files({ dev: DEV, prod: PROD }));

test("each secret is there, missing, not encrypted, or not of this stack", () => {
  expect(table(REPORT, false)).toBe(`WORKER     SECRET       SOURCE               dev    prod     staging
shop       ORDER_KEY    config:order-key     set    set      missing
shop       DEBUG_TOKEN  config:debug-token   plain  -        missing
shop       SHARED       config:vault:shared  set    missing  missing
warehouse  SHARED       config:vault:shared  set    missing  missing

4 secrets in 3 environments: 4 missing, 1 not encrypted
- dev does not encrypt debug-token: pulumi config set --secret debug-token --stack dev
- prod lacks vault:shared: pulumi config set --secret vault:shared --stack prod
- staging lacks debug-token: pulumi config set --secret debug-token --stack staging
- staging lacks order-key: pulumi config set --secret order-key --stack staging
- staging lacks vault:shared: pulumi config set --secret vault:shared --stack staging`);
  expect(JSON.stringify(REPORT)).not.toMatch(/canary|v1:/);
});

test("a value of a secrets manager is not asked for, and not missing", () => {
  const entries = listEntries({
    shop: {
      A: { from: { aws: "shop/database", key: "password" } },
      B: { from: { gcp: "projects/shop/secrets/api-key", version: "7" }, stacks: ["dev"] },
    },
  });
  expect(table(reportOn(entries, files({ dev: DEV, prod: PROD })), false))
    .toBe(`WORKER  SECRET  SOURCE                                            dev      prod
shop    A       aws-secrets-manager:shop/database#password        managed  managed
shop    B       gcp-secret-manager:projects/shop/secrets/api-key  managed  -

2 secrets in 2 environments: complete`);
});

test("a stack that deploys without values lacks none", () => {
  const keeps = "config:\n  cloudflare-worker-secrets:secretValues: keep\n  p:order-key: canary\n";
  const report = reportOn(ENTRIES, files({ prod: keeps }), "prod");
  expect(report.secrets.map(({ environments }) => environments["prod"])).toEqual([
    "plain",
    "-",
    "kept",
    "kept",
  ]);
  expect(count(report, "missing")).toBe(0);
  const sends = files({ prod: keeps.replace(": keep", ": send") });
  expect(count(reportOn(ENTRIES, sends, "prod"), "missing")).toBe(1);
});

test("the report has what the list says", () => {
  expect(REPORT.secrets[0]).toEqual({
    worker: "shop",
    binding: "ORDER_KEY",
    source: "config:order-key",
    maxAge: 90,
    description: "Customers sign\n  with it",
    environments: { dev: "set", prod: "set", staging: "missing" },
  });
  expect(REPORT.secrets[1]?.environments).toEqual({ dev: "plain", prod: "-", staging: "missing" });
});

test("one stack can be asked for, and one without a file lacks everything", () => {
  const only = reportOn(ENTRIES, files({ dev: DEV }), "prod");
  expect(only.environments).toEqual(["prod"]);
  expect(count(only, "missing")).toBe(2);
  const complete = reportOn(ENTRIES.slice(0, 1), files({ dev: DEV, prod: PROD }), "dev");
  expect(table(complete, false)).toMatch(/\n1 secret in 1 environment: complete$/);
});

test("a value at a path is looked for in the object", () => {
  const from = (path: string) => ({ from: { config: "db", path } });
  const entries = listEntries({ shop: { A: from("password"), B: from('users[0]["a b"]'), C: from("nope") } });
  const whole = (db: string) => `config:\n  p:db: ${db}\n`;
  const stacks = files({
    dev: whole("{ password: { secure: v1:one }, users: [{ a b: { secure: v1:two } }] }"),
    eu: whole("{ secure: v1:canary }"),
    prod: `environment: [base]\n${whole("{ password: canary, users: [] }")}`,
    test: "environment: [base]\n",
    us: whole("'{}'"),
  });
  expect(table(reportOn(entries, stacks), false))
    .toBe(`WORKER  SECRET  SOURCE                     dev      eu   prod     test       us
shop    A       config:db.password         set      set  plain    imported?  plain
shop    B       config:db.users[0]["a b"]  set      set  missing  imported?  plain
shop    C       config:db.nope             missing  set  missing  imported?  plain

3 secrets in 5 environments: 3 missing, 4 not encrypted, 3 perhaps imported
- dev lacks db.nope: pulumi config set --path --secret db.nope --stack dev
- eu keeps db, or a part of it, as one text, which is not looked into. --set needs an object there.
- prod does not encrypt db.password: pulumi config set --path --secret db.password --stack prod
- prod lacks db.nope: pulumi config set --path --secret db.nope --stack prod
- prod lacks db.users[0]["a b"]: pulumi config set --path --secret 'db.users[0]["a b"]' --stack prod
- test imports ESC environments: only they can have db.nope.
- test imports ESC environments: only they can have db.password.
- test imports ESC environments: only they can have db.users[0]["a b"].
- us keeps db, or a part of it, as one text, which is not looked into. --set needs an object there.`);
});

test("a key that an imported environment may have is neither there nor missing", () => {
  const report = reportOn(ENTRIES, files({ prod: IMPORTING }), "prod");
  expect(report.secrets.map(({ environments }) => environments.prod)).toEqual([
    "set",
    "-",
    "imported?",
    "imported?",
  ]);
  expect(report.notes).toEqual(["prod imports ESC environments: only they can have vault:shared."]);
  expect([count(report, "missing"), count(report, "imported?")]).toEqual([0, 1]);
});

test("rows are red if something is missing, and yellow if something is not encrypted", () => {
  const lines = table(reportOn(ENTRIES, files({ dev: DEV }), "dev"), true).split("\n");
  const color = (line = "") => /^\u001b\[(\d+)m/.exec(line)?.[1];
  expect(lines.slice(0, 4).map(color)).toEqual(["1", undefined, "33", undefined]);
  expect(color(table(REPORT, true).split("\n")[2])).toBe("31");
});

test.each([120, 80, 60, 40])("in a terminal of %i columns no line of the table is longer", (width) => {
  const lines = table(REPORT, false, width).split("\n").slice(0, 5);
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  // No environment is left out, whatever the width.
  expect(lines[1]).toMatch(/ set +set +m\S+$/);
});

test("many environments are cut to fit, and none is left out", () => {
  const many = Object.fromEntries(Array.from({ length: 10 }, (_, stack) => [`production-${stack}`, DEV]));
  const lines = table(reportOn(ENTRIES.slice(0, 1), files(many)), false, 70)
    .split("\n")
    .slice(0, 2);
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(70);
  expect(lines[1]?.match(/ set\b/g)).toHaveLength(10);
});

test("names from files and the list cannot move the cursor", () => {
  const entries = listEntries({ "sh\u001b[2Jop": { A: { from: { config: "a" } } } });
  expect(table(reportOn(entries, files({ "d\u202ev": "" })), false)).not.toMatch(/[\u001b\u202e]/);
});

test.each(["", "config:\n", "config: [1]\n"])("a stack's file without config has no key: %j", (text) => {
  const file = parseStackFile(text, "Pulumi.dev.yaml", "p");
  expect(file).toMatchObject({ imports: false, keeps: false });
  expect(file.kept({ key: "0", path: [] })).toBeUndefined();
});

test("a file that is not YAML is named and not quoted", () => {
  const file = () => parseStackFile("config: {canary\n", "Pulumi.dev.yaml", "p");
  expect(file).toThrow(/^Pulumi\.dev\.yaml is not valid YAML\.$/);
});

test("without a list, the secrets are those that Pulumi.yaml declares", () => {
  const entries = secretKeys(`name: p
config:
  accountId: { type: string }
  api-key: { type: string, secret: true, description: For the API }
  bare: { secret: true }
  aws:region: { value: eu-west-1 }
  text: value
`);
  expect(entries.map(({ key, description }) => [key, description])).toEqual([
    ["api-key", "For the API"],
    ["bare", undefined],
  ]);
  expect(table(reportOn(entries, files({ dev: "config: { p:bare: { secure: x } }" })), false)).toMatch(
    /^SOURCE +dev\nconfig:api-key +missing\nconfig:bare +set\n/,
  );
  for (const text of ["name: p\n", "config: folder\n", ""]) expect(secretKeys(text)).toEqual([]);
});

test("this project keeps the short form, and its dev stack is complete", () => {
  const project = readProject();
  const { entries, isList } = readList(project);
  expect(isList).toBe(false);
  const report = reportOn(entries, readStackFiles(project), "dev");
  expect(report.secrets.map(({ source, environments }) => [source, environments])).toEqual([
    ["config:secrets-demo", { dev: "set" }],
  ]);
  expect(readStackFiles({ ...project, configFolder: "not-there" })).toEqual(new Map());
});

test(".dev.vars.example names each secret once, says what it is for, and has no value", () => {
  expect(example(ENTRIES))
    .toBe(`# Values of your own for npm run dev: copy this file to .dev.vars, which git ignores. What is left empty comes from the
# stack's config.

# shop: Customers sign
# with it
ORDER_KEY=

# shop
DEBUG_TOKEN=

# shop
# warehouse: Of the vault
SHARED=
`);
});
