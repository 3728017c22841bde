import { strict as assert } from "node:assert";
import { test } from "node:test";
import { parse, stringify } from "yaml";
import { TEST } from "../../support/command";
import { startRotation } from "../../support/rotation";

const OLD = "canary-old-value";
const NEW = "canary-new-value";
const FILE = "values.prod.yaml";

test("a pipeline without values deploys between the steps of a rotation, and ends none", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  const { checkout } = rotation;
  const inProd = ["--stack", "prod"];
  await rotation.pulumi(["config", "set", "cloudflare-worker-secrets:secretValues", "keep", ...inProd]);
  await checkout.write(FILE, await checkout.read("Pulumi.prod.yaml"));
  await rotation.pulumi(["config", "rm", "secrets-demo", ...inProd]);
  // Pulumi wants a value for every key that the project declares.
  const { config, ...project } = parse(await checkout.read("Pulumi.yaml")) as { config: object };
  assert.ok("secrets-demo" in config);
  await checkout.write("Pulumi.yaml", stringify(project));
  const accepted = async () => ({ OLD: await rotation.call(OLD), NEW: await rotation.call(NEW) });

  await rotation.deploy();
  assert.deepEqual(await accepted(), { OLD: 200, NEW: 401 });
  const begun = await rotation.rotate(["--yes", "--config-file", FILE], { input: NEW });
  assert.match(
    begun.output,
    /npm run rotate -- secrets-demo --finish --stack prod --config-file values\.prod\.yaml\n/,
  );
  assert.ok(!begun.output.includes(NEW) && !begun.output.includes(OLD));
  assert.deepEqual(await accepted(), { OLD: 200, NEW: 200 });
  await checkout.write("script.js", `${await checkout.read("script.js")}\n// Changed meanwhile.\n`);
  await rotation.deploy();
  assert.deepEqual(await accepted(), { OLD: 200, NEW: 200 });
  await rotation.rotate(["--yes", "--finish", "--grace", "0m", "--config-file", FILE]);
  await rotation.deploy();
  assert.deepEqual(await accepted(), { OLD: 401, NEW: 200 });
  // What a pipeline checks out has never had a value.
  assert.doesNotMatch(await checkout.read("Pulumi.prod.yaml"), /secrets-demo/);
});
