import "../../../kit/lazy-closures";
import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import { test } from "node:test";
import * as cloudflare from "@pulumi/cloudflare";
import { findEngine } from "../../../kit/engine";
import { WorkerScript } from "../../../component";
import { CANARY, fromConfig, lines, shop, startFleet } from "../../support/fleet";
import { ACCOUNT_ID, ECHO } from "../../support/world";

test("declared and live secrets are reported with source, author and age, and without findings or a passphrase", async (t) => {
  const fleet = await startFleet(t);
  await fleet.deploy("staging", shop([fromConfig("API_KEY", 90)]));
  const secrets = [fromConfig("API_KEY", 90), { name: "TOKEN", text: CANARY, source: "op://vault/token" }];
  await fleet.deploy("prod", shop(secrets));
  await fleet.openStack("empty", () => Promise.resolve({}));
  await fleet.commit("Ada Lovelace", 30);

  const { code, report } = await fleet.report();
  assert.equal(code, 0);
  assert.deepEqual(lines(report), [
    "prod/shop-prod/API_KEY live",
    "prod/shop-prod/TOKEN live",
    "staging/shop-staging/API_KEY live",
  ]);
  assert.deepEqual(report.environments, ["empty", "prod", "staging"]);
  assert.deepEqual(report.notes, []);
  const [configured, token] = report.secrets;
  assert.deepEqual(
    [configured?.source, configured?.age, configured?.maxAge, configured?.sharedWith],
    ["config:secrets-demo", 30, 90, []],
  );
  assert.deepEqual([configured?.changed.by, configured?.changed.recordedIn], ["Ada Lovelace", "git"]);
  assert.deepEqual([token?.source, token?.age, token?.maxAge], ["op://vault/token", 0, undefined]);
  assert.equal(token?.changed.recordedIn, "pulumi");
  assert.equal(token.changed.earliest, token.changed.latest);
  assert.deepEqual(fleet.takeRequests().sort(), [
    "GET /workers/scripts/shop-prod/deployments 200",
    "GET /workers/scripts/shop-staging/deployments 200",
    "GET /workers/workers/shop-prod/versions/latest 200",
    "GET /workers/workers/shop-staging/versions/latest 200",
  ]);

  const { stdout, stderr } = await fleet.audit();
  assert.match(stdout, /^WORKER +ENVIRONMENT +BINDING /);
  assert.match(
    stdout,
    /\nshop-prod +prod +API_KEY +config:secrets-demo +\d{4}-\d\d-\d\d Ada Lovelace +30\/90 +live\n/,
  );
  assert.match(
    stdout,
    /\n3 secrets of 2 Workers in 2 environments: nothing overdue, missing or undeclared\n$/,
  );
  assert.equal(stderr, "");
});

test("each finding on its own is reported and exits with 1", async (t) => {
  const fleet = await startFleet(t);
  const stack = await fleet.deploy(
    "prod",
    shop([fromConfig("API_KEY", 90), { name: "TOKEN", text: CANARY }]),
  );
  await fleet.commit("Ada Lovelace", 30);
  const quiet = { code: 0, found: ["prod/shop-prod/API_KEY live", "prod/shop-prod/TOKEN live"] };
  const found = async () => {
    const { code, report } = await fleet.report();
    return { code, found: lines(report) };
  };
  assert.deepEqual(await found(), quiet);

  await fleet.putByHand("shop-prod", "BY_HAND");
  const { code, report } = await fleet.report();
  assert.equal(code, 1);
  assert.deepEqual(lines(report), [
    "prod/shop-prod/API_KEY live",
    "prod/shop-prod/BY_HAND undeclared",
    "prod/shop-prod/TOKEN live",
  ]);
  const { source, changed } = report.secrets[1] ?? {};
  assert.deepEqual([source, changed?.by, changed?.recordedIn], ["unknown", "local@localhost", "cloudflare"]);
  assert.equal(changed?.earliest, changed?.latest);
  await fleet.send("DELETE", "/workers/scripts/shop-prod/secrets/BY_HAND");
  assert.deepEqual(await found(), quiet);

  await fleet.send("DELETE", "/workers/scripts/shop-prod/secrets/TOKEN");
  const missing = ["prod/shop-prod/API_KEY live", "prod/shop-prod/TOKEN missing"];
  assert.deepEqual(await found(), { code: 1, found: missing });
  await fleet.putByHand("shop-prod", "TOKEN");
  assert.deepEqual(await found(), quiet);

  // Encrypting the value again looks like a new value.
  await stack.setConfig("secrets-demo", { value: CANARY, secret: true });
  await fleet.commit("Charles Babbage", 91);
  const overdue = ["prod/shop-prod/API_KEY live overdue", "prod/shop-prod/TOKEN live"];
  assert.deepEqual(await found(), { code: 1, found: overdue });
  assert.match((await fleet.audit()).stdout, /Charles Babbage +91\/90 overdue +live\n.*\n\n.*: 1 overdue\n$/);
  await stack.setConfig("secrets-demo", { value: CANARY, secret: true });
  await fleet.commit("Ada Lovelace", 90);
  assert.deepEqual(await found(), quiet);
});

test("an inherited secret is no finding, and its author comes from Cloudflare", async (t) => {
  const fleet = await startFleet(t);
  await fleet.deploy("prod", shop([]));
  await fleet.putByHand("shop-prod", "FROM_THE_VAULT");
  await fleet.deploy("prod", shop([], { inheritedSecrets: ["FROM_THE_VAULT"] }));
  const { code, report } = await fleet.report();
  assert.equal(code, 0);
  assert.deepEqual(lines(report), ["prod/shop-prod/FROM_THE_VAULT live"]);
  const [{ source, changed } = assert.fail()] = report.secrets;
  assert.deepEqual([source, changed.by, changed.recordedIn], ["inherited", "local@localhost", "cloudflare"]);
  assert.equal(changed.earliest, changed.latest);

  await fleet.send("DELETE", "/workers/scripts/shop-prod/secrets/FROM_THE_VAULT");
  const gone = await fleet.report();
  assert.equal(gone.code, 1);
  assert.deepEqual(lines(gone.report), ["prod/shop-prod/FROM_THE_VAULT missing"]);
});

test("a deleted Worker misses all its secrets", async (t) => {
  const fleet = await startFleet(t);
  await fleet.deploy("prod", shop([fromConfig("API_KEY"), { name: "TOKEN", text: CANARY }]));
  await fleet.commit("Ada Lovelace", 1);
  await fleet.send("DELETE", "/workers/scripts/shop-prod");
  const { code, report } = await fleet.report();
  assert.equal(code, 1);
  assert.deepEqual(lines(report), ["prod/shop-prod/API_KEY missing", "prod/shop-prod/TOKEN missing"]);
  assert.match(report.notes.join("\n"), /^Deployed, but no longer on Cloudflare: shop-prod \(prod\)/);
});

test("a Worker that two stacks share is reported for both and requested once", async (t) => {
  const fleet = await startFleet(t);
  await fleet.deploy("old", shop([{ name: "KEY", text: CANARY }], { name: "shop" }));
  const over = { name: "shop", takeOver: true, undeclaredSecrets: "delete" } as const;
  await fleet.deploy("new", shop([{ name: "KEY", text: CANARY }], over));
  const { code, report } = await fleet.report();
  assert.equal(code, 0);
  assert.deepEqual(lines(report), ["new/shop/KEY live", "old/shop/KEY live"]);
  assert.deepEqual(fleet.takeRequests().sort(), [
    "GET /workers/scripts/shop/deployments 200",
    "GET /workers/workers/shop/versions/latest 200",
  ]);
});

test("nothing is undeclared if the state does not record what is declared", async (t) => {
  const fleet = await startFleet(t);
  const stack = await fleet.deploy("prod", () => {
    const args = { accountId: ACCOUNT_ID, content: ECHO };
    new WorkerScript("old", { ...args, name: "old", secretTextBindings: [{ name: "KEY", text: CANARY }] });
    const bindings = [{ type: "secret_text", name: "BARE", text: CANARY }];
    new cloudflare.WorkersScript("bare", { ...args, scriptName: "bare", mainModule: "x.js", bindings });
    return {};
  });
  await fleet.putByHand("old", "BY_HAND");
  // A state from before the inventory existed.
  const state = await stack.exportStack();
  for (const { outputs } of (state.deployment as { resources: { outputs?: object }[] }).resources) {
    Object.assign(outputs ?? {}, { inventory: undefined });
  }
  await stack.importStack(state);

  const { code, report } = await fleet.report();
  assert.equal(code, 0);
  assert.deepEqual(lines(report), [
    "prod/bare/BARE unknown",
    "prod/old/BY_HAND unknown",
    "prod/old/KEY live",
  ]);
  assert.deepEqual(
    report.secrets.map(({ source }) => source),
    ["unknown", "unknown", "unknown"],
  );
  assert.match(report.notes.join("\n"), /Deployed without WorkerScript: bare \(prod\)/);
  assert.match(report.notes.join("\n"), /Deployed by an older WorkerScript: old \(prod\)/);
});

test("NAME shows the uses of a secret by binding, by config key and under other names", async (t) => {
  const fleet = await startFleet(t);
  const token = { name: "TOKEN", text: CANARY };
  await fleet.deploy("prod", shop([fromConfig("API_KEY"), fromConfig("SAME_KEY"), token]));
  await fleet.deploy("staging", shop([fromConfig("API_KEY"), token]));
  await fleet.commit("Ada Lovelace", 1);
  const used = async (name: string) => {
    const { code, report } = await fleet.report([name]);
    assert.equal(code, 0);
    return lines(report);
  };
  const keys = [
    "prod/shop-prod/API_KEY live",
    "prod/shop-prod/SAME_KEY live",
    "staging/shop-staging/API_KEY live",
  ];
  assert.deepEqual(await used("API_KEY"), keys);
  assert.deepEqual(await used("SAME_KEY"), keys.slice(0, 2));
  assert.deepEqual(await used("secrets-demo"), keys);
  assert.deepEqual(await used("TOKEN"), ["prod/shop-prod/TOKEN live", "staging/shop-staging/TOKEN live"]);

  const none = await fleet.audit(["API"]);
  assert.deepEqual([none.code, none.stdout], [1, ""]);
  assert.equal(
    none.stderr,
    "No secret has this name. The names are: API_KEY, SAME_KEY, TOKEN, secrets-demo.\n",
  );

  // Findings about other secrets do not change the exit code.
  await fleet.putByHand("shop-prod", "BY_HAND");
  assert.equal((await fleet.report()).code, 1);
  assert.deepEqual(await used("API_KEY"), keys);
});

test("--html replaces the page atomically, and with --json stdout has only JSON", async (t) => {
  const fleet = await startFleet(t);
  await fleet.deploy("prod", shop([fromConfig("API_KEY")]));
  await fleet.commit("Ada Lovelace", 1);
  const folder = fleet.checkout.file("out");
  await fs.mkdir(folder);
  // A program that has opened the old page can still read all of it.
  await fs.writeFile(`${folder}/secrets.html`, "old");
  await fs.link(`${folder}/secrets.html`, `${folder}/opened.html`);
  const { code, stdout, stderr } = await fleet.audit(["--json", "--html", "out/secrets.html"]);
  assert.equal(code, 0);
  assert.equal((JSON.parse(stdout) as { project: string }).project, "cloudflare-worker-secrets");
  assert.equal(stderr, `Written: ${folder}/secrets.html\n`);
  assert.deepEqual(await fs.readdir(folder), ["opened.html", "secrets.html"]);
  assert.equal(await fs.readFile(`${folder}/opened.html`, "utf8"), "old");
  const html = await fs.readFile(`${folder}/secrets.html`, "utf8");
  assert.match(html, /^<!doctype html>[^]*shop-prod[^]*API_KEY[^]*<\/html>\n$/);
  assert.ok(!html.includes(CANARY));

  for (const [file, reason] of [
    ["not-there/secrets.html", "its folder does not exist"],
    ["out", "it is a folder"],
  ] as const) {
    const refused = await fleet.audit(["--html", file]);
    assert.deepEqual([refused.code, refused.stdout], [1, ""], "before the audit, which can take minutes");
    assert.equal(refused.stderr, `--html: ${fleet.checkout.file(file)} cannot be written: ${reason}.\n`);
  }
  assert.equal(
    await fleet.git("status", "--porcelain", "--untracked-files=all"),
    "?? out/opened.html\n?? out/secrets.html\n",
  );
});

test("without a token the error says what to do; --offline makes no request and reports nothing as live", async (t) => {
  const fleet = await startFleet(t);
  await fleet.deploy("prod", shop([fromConfig("API_KEY", 90)]));
  await fleet.commit("Ada Lovelace", 1);
  const env = { CLOUDFLARE_API_TOKEN: "", CLOUDFLARE_API_KEY: "key without e-mail" };
  const refused = await fleet.audit([], { env });
  assert.deepEqual([refused.code, refused.stdout], [2, ""]);
  assert.match(refused.stderr, /^No Cloudflare token: set CLOUDFLARE_API_TOKEN .*--offline/);

  const { code, report } = await fleet.report(["--offline"], { env });
  assert.equal(code, 0);
  assert.deepEqual(lines(report), ["prod/shop-prod/API_KEY unknown"]);
  assert.equal(report.secrets[0]?.changed.by, "Ada Lovelace");
  assert.deepEqual(fleet.takeRequests(), []);

  // The other way to authenticate, which the local Cloudflare does not accept.
  const keyed = await fleet.report([], { env: { ...env, CLOUDFLARE_EMAIL: "someone@example.com" } });
  assert.equal(keyed.code, 1);
  assert.deepEqual(fleet.takeRequests().sort(), [
    "GET /workers/scripts/shop-prod/deployments 400",
    "GET /workers/workers/shop-prod/versions/latest 400",
  ]);
});

test("a wrong argument exits with 2 and points to --help, which exits with 0", async (t) => {
  const fleet = await startFleet(t);
  for (const args of [["--jsn"], ["ONE", "TWO"], ["--html"], ["--html="], ["--json=yes"]]) {
    const { code, stdout, stderr } = await fleet.audit(args);
    assert.deepEqual([args, code, stdout], [args, 2, ""]);
    assert.match(stderr, /^[^\n]+\nSee npm run audit -- --help\n$/);
  }
  const { code, stdout, stderr } = await fleet.audit(["--help"], { env: { CLOUDFLARE_API_TOKEN: "" } });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^npm run audit [^]*decrypts each stack's state in this process' memory/);
});

test("a project without a stack and an unreadable backend are not clean results", async (t) => {
  const fleet = await startFleet(t);
  const none = await fleet.report();
  assert.equal(none.code, 1);
  assert.match(none.report.notes.join("\n"), /has no stack in this backend: `pulumi whoami --verbose`/);

  const lost = await fleet.audit([], { env: { PULUMI_BACKEND_URL: "file:///not/there" } });
  assert.deepEqual([lost.code, lost.stdout], [1, ""]);
  assert.match(lost.stderr, /^The stacks could not be listed: .*not\/there/);
});

test("an unreadable state is named, and the other stacks are audited", async (t) => {
  const fleet = await startFleet(t);
  await fleet.deploy("prod", shop([fromConfig("API_KEY")]));
  await fleet.deploy("staging", shop([fromConfig("API_KEY")]));
  await fleet.commit("Ada Lovelace", 1);
  const { command } = (await findEngine()).command;
  await fs.mkdir(fleet.checkout.file("bin"));
  const refusing = `case "$*" in *"export --stack=staging"*) echo "error: not for you" >&2; exit 255;; esac`;
  const script = `#!/bin/sh\n${refusing}\nexec ${command} "$@"\n`;
  await fs.writeFile(fleet.checkout.file("bin/pulumi"), script, { mode: 0o755 });
  const env = { PATH: `${fleet.checkout.file("bin")}:${process.env.PATH}` };

  const { code, report } = await fleet.report([], { env });
  assert.equal(code, 1);
  assert.deepEqual(lines(report), ["prod/shop-prod/API_KEY live"]);
  assert.deepEqual(report.environments, ["prod", "staging"]);
  assert.deepEqual(report.notes, ["The state of staging could not be read: not for you."]);
});

test("hostile names reach neither the terminal nor another path of the API", async (t) => {
  const fleet = await startFleet(t);
  const stack = await fleet.deploy(
    "prod",
    shop([{ name: "KEY", text: CANARY, source: "op://\u001b[2J\u202e\u009b" }]),
  );
  const state = await stack.exportStack();
  const { resources } = state.deployment as { resources: { type: string; inputs?: object }[] };
  const script = resources.find(({ type }) => type.endsWith(":WorkersScript")) ?? assert.fail();
  const original = script.inputs;
  const paths: unknown[] = [];
  for (const inputs of [
    { accountId: "../../user/tokens" },
    { scriptName: ".." },
    { scriptName: "../../../../user/tokens?\u001b[2J\u2028" },
  ]) {
    script.inputs = { ...original, ...inputs };
    await stack.importStack(state);
    for (const args of [["--json"], ["--html=page.html"]]) {
      const { code, stdout, stderr } = await fleet.audit(args);
      assert.equal(code, 1);
      assert.doesNotMatch(stdout + stderr, /[^\P{C}\n]|[\u2028\u2029]/u);
      assert.match(stdout + stderr, /no request was made/);
    }
    paths.push(...fleet.takeRequests());
  }
  assert.deepEqual(paths, []);
  const unknown = await fleet.audit(["KEY\u001b[2J\u202e"]);
  assert.doesNotMatch(unknown.stderr, /[^\P{C}\n]|[\u2028\u2029]/u);
  assert.doesNotMatch(await fleet.checkout.read("page.html"), /[^\P{C}\n]|[\u2028\u2029]/u);
});
