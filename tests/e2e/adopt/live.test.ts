import { strict as assert } from "node:assert";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { startAdoption } from "../../support/adoption";
import type { CommandOptions } from "../../support/command";
import { CONFIGURATIONS } from "../../support/wrangler-configurations";

const CANARY = `canary-${randomUUID()}`;
const NAME = "modules";

test("a live Worker is adopted without a configuration, with one of its secrets from the stack's config", async (t) => {
  const adoption = await startAdoption(t);
  const { files = {}, requests = [] } = CONFIGURATIONS[NAME] ?? {};
  await adoption.write(NAME, files);
  await adoption.wrangler(NAME, "deploy", "--var", "STAGE:production", "--route", "example.com/modules/*");
  for (const name of ["API_KEY", "BY_HAND"]) {
    await adoption.send("PUT", `{account}/workers/scripts/${NAME}/secrets`, {
      ...{ name, type: "secret_text", text: CANARY },
    });
  }
  await adoption.send("PUT", `{account}/workers/scripts/${NAME}/schedules`, [{ cron: "0 3 * * *" }]);
  const deployed = await adoption.see(NAME, requests);

  const out = `${await adoption.write("live", {})}/infra`;
  const adopt = (options?: CommandOptions) =>
    adoption.adopt(["--worker", NAME, "--out", out, "--secrets"], options);
  const { code, output } = await adopt({ input: `API_KEY=${CANARY}\nNOT_LIVE=${CANARY}\n` });
  assert.equal(code, 0, output);
  const named = [...output.matchAll(/^ {2}(\S[^:\n]*): /gm)].map(([, key]) => key);
  assert.deepEqual(named, ["--secrets"], output);
  assert.doesNotMatch(output, /NOT_LIVE/, "it could be a part of a value");

  await t.test("no file is overwritten", async () => {
    const again = await adopt();
    assert.equal(again.code, 2);
    assert.match(
      again.output,
      /apps\/live\/infra has index\.ts, Pulumi\.yaml, .* already, and nothing was written/,
    );
  });

  await t.test("a value replaces the live one only if the stack says so, and no file has it", async () => {
    await adoption.setSecret("live", "prod", "api-key", CANARY);
    await assert.rejects(
      adoption.up("live", "prod"),
      /A deploy would overwrite them: API_KEY \(secret_text\)/,
    );
    assert.deepEqual(await adoption.see(NAME, requests), deployed);
    await adoption.edit("live", "infra/Pulumi.prod.yaml", (text) =>
      text.replace(/^config:\n( *)/m, "config:\n$1undeclaredSecrets: delete\n$1"),
    );
    await adoption.up("live", "prod");
    assert.deepEqual(await adoption.see(NAME, requests), deployed);
    assert.deepEqual(await adoption.filesWith(CANARY), []);
  });

  await t.test("a Worker of static assets only serves them as before", async () => {
    const { files: site = {}, requests: visits = [] } = CONFIGURATIONS["site"] ?? {};
    await adoption.write("site", site);
    await adoption.wrangler("site", "deploy");
    const { answers } = await adoption.see("site", visits);
    const place = `${await adoption.write("live-site", {})}/infra`;
    const adopted = await adoption.adopt(["--worker", "site", "--out", place]);
    assert.equal(adopted.code, 0, adopted.output);
    await adoption.up("live-site", "prod");
    assert.deepEqual((await adoption.see("site", visits)).answers, answers);
  });

  await t.test("a token that may not read it is told what it needs", async () => {
    const refused = await adopt({ env: { CLOUDFLARE_API_TOKEN: "another" } });
    assert.equal(refused.code, 1);
    assert.match(
      refused.output,
      /Cloudflare could not be asked for .*\(HTTP 40\d\)\. The token needs to read/,
    );
  });
});
