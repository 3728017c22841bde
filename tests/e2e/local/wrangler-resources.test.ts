import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { type LocalCloudflare, startLocalCloudflare } from "../../../local/api";
import { wrangler } from "../../../harness/wrangler";

const ACCOUNT = randomBytes(16).toString("hex");

let cloudflare: LocalCloudflare;

before(async () => {
  cloudflare = await startLocalCloudflare();
});
after(() => cloudflare.close());

async function run(args: string): Promise<string> {
  const { code, output } = await wrangler(cloudflare, ACCOUNT, args.split(" "));
  assert.equal(code, 0, output);
  return output;
}

for (const [create, list, expected] of [
  ["kv namespace create settings", "kv namespace list", /"title": "settings"/],
  ["queues create jobs", "queues list", /jobs/],
  ["d1 create shop", "d1 list --json", /"name": "shop"/],
  ["r2 bucket create files", "r2 bucket list", /files/],
  ["secrets-store store create shared --remote", "secrets-store store list --remote", /shared/],
] as const) {
  test(`what \`wrangler ${create}\` creates, \`wrangler ${list}\` shows, and a second create is refused`, async () => {
    await run(create);
    assert.match(await run(list), expected);
    const again = await wrangler(cloudflare, ACCOUNT, create.split(" "));
    assert.notEqual(again.code, 0);
    assert.match(again.output, /exist|exceeded/);
  });
}

test("wrangler kv key put, get and list work on a namespace's pairs", async () => {
  const [, id = ""] = /"id": "([0-9a-f]{32})"/.exec(await run("kv namespace list")) ?? [];
  await run(`kv key put a/b hello --remote --namespace-id ${id}`);
  assert.match(await run(`kv key get a/b --remote --text --namespace-id ${id}`), /hello/);
  assert.match(await run(`kv key list --remote --namespace-id ${id}`), /"name": "a\/b"/);
});
