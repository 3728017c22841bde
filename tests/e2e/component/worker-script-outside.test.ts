import "../../../kit/lazy-closures";
import { strict as assert } from "node:assert";
import { test } from "node:test";
import { ACCOUNT_ID, secretLines, startWorld, type World, worker } from "../../support/world";
import { wrangler } from "../../../harness/wrangler";
import { WorkerScript } from "../../../component";

/** Runs Wrangler against the world's account, outside of Pulumi. */
async function byHand(world: World, args: string[], stdin = ""): Promise<string> {
  const { code, output } = await wrangler(world.cloudflare, ACCOUNT_ID, [...args, "--name", "script_1"], {
    stdin,
  });
  assert.equal(code, 0, output);
  return output;
}

test("Wrangler sees the secrets that Pulumi deployed, by name and type", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.up(worker({ API_KEY: "one", OTHER: "two" }));
  const list = await byHand(world, ["secret", "list", "--format", "json"]);
  assert.deepEqual(JSON.parse(list), [
    { name: "API_KEY", type: "secret_text" },
    { name: "OTHER", type: "secret_text" },
  ]);
});

test("Pulumi keeps a secret that Wrangler put if it is inherited, and removes it otherwise", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.up(worker({ API_KEY: "one" }));
  await byHand(world, ["secret", "put", "BY_HAND"], "two");
  assert.deepEqual(await world.ask(), { API_KEY: "one", BY_HAND: "two" });

  await stack.up(worker({ API_KEY: "new" }, { inheritedSecrets: ["BY_HAND"] }));
  assert.deepEqual(await world.ask(), { API_KEY: "new", BY_HAND: "two" });

  await stack.up(worker({ API_KEY: "new" }));
  assert.deepEqual(await world.ask(), { API_KEY: "new" });
});

test("a refresh detects a secret that Wrangler deleted, and the next deploy restores it", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  const program = worker({ API_KEY: "one", OTHER: "two" });
  await stack.up(program);
  await byHand(world, ["secret", "delete", "OTHER"], "y\n");
  assert.deepEqual(await world.ask(), { API_KEY: "one" });

  assert.match(await stack.up(program), /6 unchanged/, "only a refresh detects changes made outside Pulumi");
  assert.match(await stack.refresh(), /~ 1 updated/);
  assert.match(await stack.preview(program), /WorkersScript worker update/);
  await stack.up(program);
  assert.deepEqual(await world.ask(), { API_KEY: "one", OTHER: "two" });
});

test("a Worker that was deleted by hand is created again after a refresh", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  const program = worker({ API_KEY: "one" });
  await stack.up(program);
  await byHand(world, ["delete", "--force"]);
  await stack.refresh();
  await stack.up(program);
  assert.deepEqual(await world.ask(), { API_KEY: "one" });
});

test("after a rollback by Wrangler, the next change by Pulumi deploys the program again", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.up(worker({ API_KEY: "one" }, { plainTextBindings: [{ name: "V", text: "1" }] }));
  const versions = JSON.parse(await byHand(world, ["versions", "list", "--json"])) as { id: string }[];
  await stack.up(worker({ API_KEY: "one" }, { plainTextBindings: [{ name: "V", text: "2" }] }));
  await byHand(world, ["rollback", versions[0]?.id ?? "", "-y", "-m", "back"]);
  assert.deepEqual(await world.ask(), { API_KEY: "one", V: "1" });

  await stack.up(worker({ API_KEY: "one" }, { plainTextBindings: [{ name: "V", text: "3" }] }));
  assert.deepEqual(await world.ask(), { API_KEY: "one", V: "3" });
});

test("an existing Worker is imported, keeps its inherited secrets, and is then unchanged", async (t) => {
  const world = await startWorld(t);
  await (await world.openStack("before")).up(worker({ API_KEY: "old", VAULTED: "from the vault" }));

  const stack = await world.openStack("after");
  const adopt = (importId?: string) => () => {
    new WorkerScript(
      "worker",
      {
        accountId: ACCOUNT_ID,
        name: "script_1",
        content: "export default { fetch: (_, env) => Response.json({ ...env }) };\n",
        secretTextBindings: [{ name: "API_KEY", text: "new" }],
        inheritedSecrets: ["VAULTED"],
        // An import has no values, so the live API_KEY counts as undeclared until this program has deployed it.
        undeclaredSecrets: "delete",
      },
      {
        transforms: [
          ({ type, props, opts }) =>
            type === "cloudflare:index/workersScript:WorkersScript" && importId !== undefined
              ? { props, opts: { ...opts, import: importId } }
              : undefined,
        ],
      },
    );
    return {};
  };
  const output = await stack.up(adopt(`${ACCOUNT_ID}/script_1`));
  assert.match(output, /1 imported/);
  assert.deepEqual(await world.ask(), { API_KEY: "new", VAULTED: "from the vault" });
  assert.match(await stack.up(adopt()), /5 unchanged/);
});

test("two stacks in one account do not affect each other's Workers", async (t) => {
  const world = await startWorld(t);
  const staging = await world.openStack("staging");
  const prod = await world.openStack("prod");
  await staging.up(worker({ API_KEY: "staging" }, { name: "app-staging" }));
  await prod.up(worker({ API_KEY: "prod" }, { name: "app-prod" }));
  assert.deepEqual(secretLines(await staging.preview(worker({ NEW: "x" }, { name: "app-staging" }))), [
    "+ worker/NEW",
    "- worker/API_KEY",
  ]);
  await staging.destroy();
  assert.deepEqual(await world.ask("app-prod"), { API_KEY: "prod" });
});
