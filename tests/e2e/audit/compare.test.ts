import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import { test } from "node:test";
import { promisify } from "node:util";
import type { Report } from "../../../commands/audit/report";
import { findEngine } from "../../../kit/engine";
import { TEST } from "../../support/command";
import { CANARY, type Fleet, fromConfig, idOf, shop, startFleet } from "../../support/fleet";
import { PASSPHRASE } from "../../support/project";

const OTHER_PASSPHRASE = "canary passphrase of one stack";
const MAY_DECRYPT = { PULUMI_CONFIG_PASSPHRASE: PASSPHRASE };
const NO_PASSPHRASE = { PULUMI_CONFIG_PASSPHRASE: undefined, PULUMI_CONFIG_PASSPHRASE_FILE: undefined };
const VALUE = `${CANARY} in two places`;
const DIGEST = createHash("sha256").update(VALUE).digest();

/** The secrets that share a value, each with the others that have it. */
function shared({ secrets }: Report): Record<string, readonly string[]> {
  const sharing = secrets.filter(({ sharedWith }) => sharedWith.length > 0);
  return Object.fromEntries(sharing.map((secret) => [idOf(secret), secret.sharedWith]));
}

async function startSharing(test: Parameters<typeof startFleet>[0]): Promise<Fleet> {
  const fleet = await startFleet(test, { withPassphrase: true });
  const value = { text: VALUE, source: "op://vault/payments" };
  await fleet.deploy("prod", shop([fromConfig("API_KEY"), { name: "PAYMENTS", ...value }]));
  await fleet.deploy("staging", shop([fromConfig("API_KEY"), { name: "PAY_KEY", ...value }]));
  await fleet.commit("Ada", 1);
  return fleet;
}

test("a value under two names in two stacks is reported with --compare, and only then", async (t) => {
  const fleet = await startSharing(t);
  const apart = await fleet.report([], { env: MAY_DECRYPT });
  assert.deepEqual([apart.code, shared(apart.report)], [0, {}]);

  const { code, report } = await fleet.report(["--compare"], { env: MAY_DECRYPT });
  assert.equal(code, 0, "sharing is not a finding");
  assert.deepEqual(shared(report), {
    "prod/shop-prod/PAYMENTS": ["staging/shop-staging/PAY_KEY"],
    "staging/shop-staging/PAY_KEY": ["prod/shop-prod/PAYMENTS"],
  });
  const table = await fleet.audit(["PAYMENTS", "--compare", "--html", "page.html"], { env: MAY_DECRYPT });
  assert.match(table.stdout, /PAYMENTS .* staging\/shop-staging\/PAY_KEY\n/);
  assert.match(table.stdout, /PAY_KEY .* prod\/shop-prod\/PAYMENTS\n/);
  assert.doesNotMatch(table.stdout, /API_KEY/);

  // Contains neither the value nor anything to guess it from.
  const page = await fs.readFile(fleet.checkout.file("page.html"), "utf8");
  const all = [JSON.stringify(report), table.stdout, table.stderr, page].join("\n");
  for (const encoding of ["hex", "base64", "base64url"] as const) {
    assert.ok(!all.includes(DIGEST.toString(encoding)), encoding);
  }
  assert.ok(!all.includes(CANARY));
  assert.equal(await fleet.git("status", "--porcelain"), "?? page.html\n");
  const left = (await fs.readdir(fleet.checkout.tmp)).filter((name) => !/^(?:tsx-|node-)/.test(name));
  assert.deepEqual(left, []);
});

test(
  "a stack under a passphrase of its own is compared with the others if that is in a variable or typed, and else named",
  TEST,
  async (t) => {
    const fleet = await startSharing(t);
    await fleet.deploy("the-other", shop([{ name: "PAYMENTS", text: VALUE }]));
    const { command } = (await findEngine()).command;
    const change = [
      "stack",
      "change-secrets-provider",
      "passphrase",
      "--stack=the-other",
      "--non-interactive",
    ];
    const changing = promisify(execFile)(command, change, {
      cwd: fleet.checkout.root,
      env: { ...process.env, ...fleet.env },
    });
    changing.child.stdin?.end(`${OTHER_PASSPHRASE}\n`);
    await changing;
    await fleet.commit("Ada", 1);
    const both = ["prod/shop-prod/PAYMENTS", "staging/shop-staging/PAY_KEY"];
    const all = [...both, "the-other/shop-the-other/PAYMENTS"];

    const { code, report } = await fleet.report(["--compare"], { env: MAY_DECRYPT });
    assert.equal(code, 0);
    assert.deepEqual(Object.keys(shared(report)), both);
    assert.equal(report.notes.length, 1);
    assert.match(report.notes[0] ?? "", /^Values of the-other were not compared, .*AUDIT_PASSPHRASE_<STACK>/);

    const without = await fleet.report(["--compare"]);
    assert.deepEqual([without.code, shared(without.report)], [0, {}]);
    assert.match(without.report.notes[0] ?? "", /^Values of prod, staging, the-other were not compared/);

    const env = { ...MAY_DECRYPT, AUDIT_PASSPHRASE_THE_OTHER: OTHER_PASSPHRASE };
    const given = await fleet.report(["--compare"], { env });
    assert.deepEqual(Object.keys(shared(given.report)), all);
    assert.deepEqual(given.report.notes, []);

    const asked = await fleet.start("audit", ["--compare"], { terminal: true, env: NO_PASSPHRASE });
    await asked.prints(/Passphrase of stack prod \(Enter skips it\): /);
    asked.type("canary-wrong\r");
    await asked.prints(/Incorrect passphrase\. Passphrase of stack prod/);
    asked.type(`${PASSPHRASE}\r`);
    // The one of prod opens staging too.
    await asked.prints(/Passphrase of stack (?!staging)the-other/);
    asked.type(`${OTHER_PASSPHRASE}\r`);
    assert.equal(await asked.exit(), 0, asked.output);
    assert.match(asked.output, /PAY_KEY .*the-other\/shop/);
    assert.doesNotMatch(asked.output, /canary|not compared/);
    assert.ok(!asked.output.includes(PASSPHRASE) && !asked.output.includes(OTHER_PASSPHRASE));
  },
);

test("two secrets from one config key of a stack share it even without --compare, unlike one key in two stacks", async (t) => {
  const fleet = await startFleet(t);
  await fleet.deploy("prod", shop([fromConfig("API_KEY"), fromConfig("SAME_KEY")]));
  await fleet.deploy("staging", shop([fromConfig("API_KEY")]));
  await fleet.commit("Ada", 1);
  const { code, report } = await fleet.report();
  assert.equal(code, 0);
  assert.deepEqual(shared(report), {
    "prod/shop-prod/API_KEY": ["prod/shop-prod/SAME_KEY"],
    "prod/shop-prod/SAME_KEY": ["prod/shop-prod/API_KEY"],
  });
});
