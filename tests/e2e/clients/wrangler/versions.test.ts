import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CANARY } from "../../../support/api";
import { skipNewest, WranglerProject, type WranglerVersion } from "../../../support/wrangler-project";

let project: WranglerProject;

before(async () => {
  project = await WranglerProject.start();
  await project.write({
    "wrangler.toml": 'name = "w"\nmain = "index.js"\ncompatibility_date = "2024-01-01"\n',
  });
});
after(() => project.close());

const code = (version: string) =>
  project.write({
    "index.js": `export default { async fetch(request, { KEY }) {
      console.log("asked for", new URL(request.url).pathname, KEY);
      if (request.url.endsWith("/throw")) throw new Error("thrown with " + KEY);
      return new Response("${version} " + KEY);
    } };`,
  });

async function ask(path = "/", version?: string): Promise<string> {
  const headers = { "Cloudflare-Workers-Version-Overrides": `w="${version ?? ""}"` };
  return (await fetch(`${project.url("w")}${path}`, { headers })).text();
}

/** Runs `wrangler tail` until it has shown an exception, while requests come in. */
async function tail(wrangler: WranglerVersion, format: "json" | "pretty"): Promise<string> {
  let isConnected = false;
  let isOver = false;
  const ended = project.run(wrangler, `tail w --format ${format}`, {
    onOutput: (output, interrupt) => {
      if (output.includes("thrown with") && !isOver) {
        isOver = true;
        interrupt();
      } else if (output.includes("asked for") && !isConnected) {
        isConnected = true;
        void ask("/throw");
      }
    },
  });
  // Wrangler does not say in JSON when it is connected.
  const knock = setInterval(() => {
    if (!isConnected) void ask("/knock");
  }, 100);
  return ended.finally(() => {
    clearInterval(knock);
  });
}

for (const wrangler of ["3.90.0", "4.40.0", "4.164.0"] as const) {
  const TEST = { timeout: 600_000, skip: wrangler === "4.164.0" && skipNewest };
  test(`Wrangler ${wrangler} deploys, puts secrets, splits traffic, tails and deletes`, TEST, async () => {
    const run = (line: string, stdin?: string) =>
      project.run(wrangler, line, stdin === undefined ? {} : { stdin });
    await code("one");
    assert.match(await run("deploy"), /Deployed w triggers[^]*https:\/\/w\.local\.workers\.dev/);
    assert.equal(await ask(), "one undefined");
    assert.match(await run("secret put KEY", `${CANARY} 1`), /Success! Uploaded secret KEY/);
    assert.match(await run("secret list"), /"KEY"/);

    await code("two");
    const [, second = ""] = /Worker Version ID: (\S+)/.exec(await run("versions upload")) ?? [];
    assert.equal(await ask(), `one ${CANARY} 1`);
    const listed = await run("versions list --json");
    const versions = JSON.parse(listed.slice(listed.indexOf("[\n"))) as { id: string }[];
    const first = versions.at(-2)?.id ?? "";
    await run(`versions deploy ${first}@40% ${second}@60% -y`);
    assert.match(await run("deployments status"), /\(60%\)[^]*\(40%\)/);
    assert.deepEqual(await Promise.all([ask("/", first), ask("/", second)]), [
      `one ${CANARY} 1`,
      `two ${CANARY} 1`,
    ]);

    await run(`versions deploy ${second}@100% -y`);
    for (const format of wrangler === "4.164.0" ? (["json", "pretty"] as const) : (["pretty"] as const)) {
      const output = await tail(wrangler, format);
      assert.match(output, /asked for[^]*\[secret KEY\][^]*thrown with \[secret KEY\]/);
      assert.match(
        output,
        format === "json" ? /"outcome": "exception"/ : /GET http:\S+\/throw - Exception Thrown/,
      );
    }

    await run("versions secret put KEY", `${CANARY} 2`);
    assert.equal(await ask(), `two ${CANARY} 1`);
    await run("delete");
    assert.equal(project.cloudflare.workerUrl(project.accountId, "w"), undefined);
  });
}
