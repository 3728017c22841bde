import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { test } from "node:test";
import { CANARY, fromConfig, lines, shop, startFleet } from "../../support/fleet";

const FILE = "Pulumi.prod.yaml";

test("the author comes from the value's own line, not from a comment, a longer key or a neighbouring line", async (t) => {
  const fleet = await startFleet(t);
  const secrets = [fromConfig("API_KEY"), fromConfig("OTHER", undefined, "secrets-demo-2")];
  await fleet.deploy("prod", shop(secrets), { "secrets-demo-2": CANARY });
  await fleet.commit("Ada", 50);

  const project = "cloudflare-worker-secrets";
  const edited = (await fleet.checkout.read(FILE))
    .replace("config:\n", `config:\n  # ${project}:secrets-demo:\n  #   secure: v1:of-old\n`)
    .replace(`${project}:secrets-demo:\n`, `${project}:secrets-demo: # rotated by the vault\n`)
    .replace(`  ${project}:secrets-demo-2:`, `  # above the other\n  "${project}:secrets-demo-2":`)
    .concat("# the end\n");
  await fleet.checkout.write(FILE, edited);
  await fleet.commit("Commenter", 10);
  const authors = async () => {
    const { code, report } = await fleet.report();
    assert.equal(code, 0);
    assert.deepEqual(report.notes, []);
    return report.secrets.map(({ binding, age, changed }) => `${binding} ${changed.by} ${age}`);
  };
  assert.deepEqual(await authors(), ["API_KEY Ada 50", "OTHER Ada 50"]);

  const stack = await fleet.openStack("prod", () => Promise.resolve({}));
  await stack.setConfig("secrets-demo", { value: `${CANARY} new`, secret: true });
  await fleet.commit("Grace", 5);
  assert.deepEqual(await authors(), ["API_KEY Grace 5", "OTHER Ada 50"]);
});

test("the latest change to any line of a multi-line value counts", async (t) => {
  const fleet = await startFleet(t);
  await fleet.deploy("prod", shop([fromConfig("API_KEY")]));
  const deployed = await fleet.checkout.read(FILE);
  const author = async (name: string, daysAgo: number, first: string, last: string) => {
    await fleet.checkout.write(
      FILE,
      deployed.replace(/secure: .*/, `secure: >-\n      ${first}\n      ${last}`),
    );
    await fleet.commit(name, daysAgo);
    const { report } = await fleet.report();
    return report.secrets.map(({ age, changed }) => `${changed.by} ${age}`);
  };
  assert.deepEqual(await author("Ada", 50, "v1:a", "b"), ["Ada 50"]);
  assert.deepEqual(await author("Grace", 30, "v1:a", "c"), ["Grace 30"]);
  assert.deepEqual(await author("Lin", 5, "v1:b", "c"), ["Lin 5"]);
});

test("an uncommitted value has no date and, with a maxAge, is perhaps overdue", async (t) => {
  const fleet = await startFleet(t);
  const secrets = [fromConfig("API_KEY"), fromConfig("AGED", 90, "aged")];
  const stack = await fleet.deploy("prod", shop(secrets), { aged: CANARY });
  await fleet.commit("Ada", 1);

  await stack.setConfig("secrets-demo", { value: CANARY, secret: true });
  const fresh = await fleet.report();
  assert.equal(fresh.code, 0, "without a maxAge there is nothing to do");
  assert.deepEqual(fresh.report.secrets[1]?.changed, { recordedIn: "unknown" });
  assert.deepEqual(fresh.report.notes, ["Not committed, so its age is unknown: secrets-demo (prod)."]);

  await stack.setConfig("aged", { value: CANARY, secret: true });
  const aged = await fleet.report();
  assert.equal(aged.code, 1);
  assert.deepEqual(lines(aged.report), ["prod/shop-prod/AGED live overdue?", "prod/shop-prod/API_KEY live"]);

  // A staged change has no author yet.
  await fleet.git("add", "--all");
  assert.deepEqual(lines((await fleet.report()).report), lines(aged.report));
  await fleet.commit("Ada", 0);
  assert.equal((await fleet.report()).code, 0);
});

test("a shallow clone does not mistake its oldest commit for the change", async (t) => {
  const fleet = await startFleet(t);
  await fleet.commit("Root", 99);
  const secrets = [fromConfig("API_KEY", 90), fromConfig("OTHER", 90, "other")];
  const stack = await fleet.deploy("prod", shop(secrets), { other: CANARY });
  await fleet.commit("Ada", 80);
  await stack.setConfig("other", { value: CANARY, secret: true });
  await fleet.commit("Grace", 3);
  await fleet.commit("Robot", 1);
  const clone = path.join(fleet.checkout.folder, "clone");
  const audit = async (depth: number) => {
    await fs.rm(clone, { recursive: true, force: true });
    await fleet.git("clone", "--quiet", `--depth=${depth}`, `file://${fleet.checkout.root}`, clone);
    await fs.symlink(fleet.checkout.file("node_modules"), path.join(clone, "node_modules"));
    // With this user setting, git blame does not mark the boundary of the clone.
    const showRoot = {
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "blame.showRoot",
      GIT_CONFIG_VALUE_0: "true",
    };
    const { code, report } = await fleet.report([], { cwd: clone, env: showRoot });
    return { code, authors: report.secrets.map(({ changed }) => changed.by), notes: report.notes };
  };

  const said = (keys: string) => [
    `This clone is shallow and lacks the commits that changed: ${keys}. ` +
      "`git fetch --unshallow` gets them; in a workflow, fetch-depth: 0.",
  ];
  // The oldest commit of a shallow clone seems to have changed everything, so its real changes are unknown.
  for (const depth of [1, 2]) {
    const notes = said("other (prod), secrets-demo (prod)");
    assert.deepEqual(await audit(depth), { code: 1, authors: [undefined, undefined], notes });
  }
  const notes = said("secrets-demo (prod)");
  assert.deepEqual(await audit(3), { code: 1, authors: [undefined, "Grace"], notes });
  assert.deepEqual(await audit(4), { code: 0, authors: ["Ada", "Grace"], notes: [] });
});

test("a stack file that is a symbolic link has the history of its target", async (t) => {
  const fleet = await startFleet(t);
  await fleet.deploy("prod", shop([fromConfig("API_KEY")]));
  await fs.mkdir(fleet.checkout.file("config"));
  await fs.rename(fleet.checkout.file(FILE), fleet.checkout.file("config/prod.yaml"));
  await fs.symlink("config/prod.yaml", fleet.checkout.file(FILE));
  await fleet.commit("Ada", 8);
  const { code, report } = await fleet.report();
  assert.equal(code, 0);
  assert.deepEqual([report.secrets[0]?.changed.by, report.secrets[0]?.age, report.notes], ["Ada", 8, []]);
});

test("the user's settings for git blame have no effect", async (t) => {
  const fleet = await startFleet(t);
  const stack = await fleet.deploy("prod", shop([fromConfig("API_KEY")]));
  await fleet.commit("Ada", 8);
  await stack.setConfig("secrets-demo", { value: CANARY, secret: true });
  await fleet.commit("Grace", 5);
  await fleet.checkout.write("ignored", await fleet.git("rev-parse", "HEAD"));
  await fleet.git("config", "blame.ignoreRevsFile", "ignored");
  await fleet.git("config", "blame.date", "relative");
  await fleet.git("config", "color.ui", "always");
  const { report } = await fleet.report();
  assert.deepEqual([report.secrets[0]?.changed.by, report.secrets[0]?.age], ["Grace", 5]);
});

test("without git, a commit or a checkout the author is unknown, which is noted once", async (t) => {
  const fleet = await startFleet(t);
  await fleet.deploy("prod", shop([fromConfig("API_KEY"), fromConfig("SAME")]));
  await fleet.deploy("staging", shop([fromConfig("API_KEY", 90)]));
  const notes = async (env: NodeJS.ProcessEnv = {}) => {
    const { code, report } = await fleet.report([], { env });
    assert.equal(code, 1, "the secret with a maxAge may be overdue");
    assert.deepEqual(lines(report), [
      "prod/shop-prod/API_KEY live",
      "prod/shop-prod/SAME live",
      "staging/shop-staging/API_KEY live overdue?",
    ]);
    for (const { changed } of report.secrets) assert.deepEqual(changed, { recordedIn: "unknown" });
    return report.notes;
  };
  const said = "Who changed the config of prod, staging, and when, is unknown";
  assert.deepEqual(await notes(), [`${said}: it was never committed.`]);
  await fleet.checkout.write(".git/info/exclude", "node_modules\nstate\nhome\nPulumi.*.yaml\n");
  await fleet.commit("Ada", 1);
  assert.deepEqual(await notes(), [`${said}: it was never committed.`]);

  const bin = fleet.checkout.file("bin");
  await fs.mkdir(bin);
  await fs.symlink(process.execPath, path.join(bin, "node"));
  assert.deepEqual(await notes({ PATH: bin }), [`${said}: git was not found.`]);

  await fs.rm(fleet.checkout.file(".git"), { recursive: true });
  assert.deepEqual(await notes(), [`${said}: it is not in a git checkout.`]);
});

test("a key that is not in the stack's file gets its date from Pulumi", async (t) => {
  const fleet = await startFleet(t);
  await fleet.deploy("prod", shop([{ name: "API_KEY", text: CANARY, source: "config:from-elsewhere" }]));
  await fleet.commit("Ada", 1);
  const { code, report } = await fleet.report();
  assert.equal(code, 0);
  assert.equal(report.secrets[0]?.changed.recordedIn, "pulumi");
});

test("a change between the first and a later deploy is shown as a range", async (t) => {
  const fleet = await startFleet(t);
  const program = shop([{ name: "TOKEN", text: CANARY, source: "op://vault/token" }]);
  await fleet.deploy("prod", program);
  const first = (await fleet.report()).report.secrets[0]?.changed;
  assert.equal(first?.earliest, first?.latest);
  await fleet.deploy("prod", shop([{ name: "TOKEN", text: `${CANARY} new`, source: "op://vault/token" }]));
  const second = (await fleet.report()).report.secrets[0]?.changed;
  assert.deepEqual([second?.by, second?.recordedIn], [undefined, "pulumi"]);
  assert.ok((second?.earliest ?? "") >= (first?.latest ?? ""));
  assert.ok((second?.earliest ?? "") < (second?.latest ?? ""));
});
