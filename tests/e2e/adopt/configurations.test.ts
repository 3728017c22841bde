import { strict as assert } from "node:assert";
import { test } from "node:test";
import { type Seen, startAdoption } from "../../support/adoption";
import { CONFIGURATIONS } from "../../support/wrangler-configurations";

test("Workers that Wrangler deployed are adopted, and deployed by Pulumi as they were", async (t) => {
  const adoption = await startAdoption(t);
  for (const [name, configuration] of Object.entries(CONFIGURATIONS)) {
    await t.test(name, async () => {
      const {
        environments = [undefined],
        workers,
        requests,
        secrets = [],
        added = [],
        leftOut,
      } = configuration;
      await adoption.sendAll(configuration.before);
      const folder = await adoption.write(name, configuration.files);
      for (const environment of environments) {
        await adoption.wrangler(name, "deploy", ...(environment === undefined ? [] : ["--env", environment]));
      }
      for (const [, worker] of workers) {
        for (const secret of secrets) {
          const body = { name: secret, type: "secret_text", text: `${secret} of ${worker}` };
          await adoption.send("PUT", `{account}/workers/scripts/${worker}/secrets`, body);
        }
      }
      await adoption.sendAll(configuration.after);
      const deployed: Seen[] = [];
      for (const [, worker] of workers) deployed.push(await adoption.see(worker, requests));

      adoption.takeChanges();
      const config = Object.keys(configuration.files).find((file) => file.startsWith("wrangler."));
      const { code, output } = await adoption.adopt([
        `${folder}/${config ?? ""}`,
        "--out",
        `${folder}/infra`,
      ]);
      assert.equal(code, 0, output);
      assert.deepEqual(adoption.takeChanges(), [], "adopt changes nothing");
      const reported = [...output.matchAll(/^ {2}(\S[^:]*): /gm)].map(([, key]) => key);
      assert.deepEqual(reported, leftOut, output);

      for (const [at, [stack, worker]] of workers.entries()) {
        await adoption.up(name, stack);
        const { bindings, ...rest } = await adoption.see(worker, requests);
        const { bindings: before = [], ...expected } = deployed[at] ?? {};
        assert.deepEqual(rest, expected);
        assert.deepEqual(bindings, [...before, ...added]);
        await adoption.edit(name, `infra/Pulumi.${stack}.yaml`, (text) =>
          text.replace(/^ *takeOver: true\n/m, ""),
        );
        adoption.takeChanges();
        await adoption.up(name, stack);
        assert.deepEqual(adoption.takeChanges(), [], "a second deploy changes nothing");
      }
    });
  }
});
