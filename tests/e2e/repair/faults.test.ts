import { strict as assert } from "node:assert";
import { EventEmitter, once } from "node:events";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { findEngine } from "../../../kit/engine";
import { TEST } from "../../support/command";
import { CANARY, shop } from "../../support/fleet";
import { type Broken, startBroken, WORKER } from "../../support/repair";
import { filesUnder } from "../../support/rotation";

const KEY = { name: "KEY", text: `${CANARY} key` };
const TOKEN = { name: "TOKEN", text: `${CANARY} token` };

type Fault = (request: Request) => Response | undefined | Promise<Response | undefined>;

/** Starts with a Worker that lacks TOKEN; `edit` answers an edit of secrets in place of Cloudflare. */
async function startLacking(t: TestContext) {
  const faults: { edit?: Fault; read?: Fault } = {};
  const broken = await startBroken(t, {
    intercept: (request) => {
      if (request.url.endsWith("/secrets-bulk")) return faults.edit?.(request);
      return request.method === "GET" && request.url.includes(WORKER) ? faults.read?.(request) : undefined;
    },
  });
  await broken.deploys(shop([KEY, TOKEN]));
  await broken.loses("TOKEN");
  return { broken, faults };
}

const IS_WHOLE = { KEY: KEY.text, TOKEN: TOKEN.text };
const STILL = /\nshop-prod {2}TOKEN {2}declared, and not live\n- /;
const NO_RETRY = { "x-should-retry": "false" };

/** Refuses as an API would that quotes what was sent to it. */
const refuses = (status: number, code: number): Fault => {
  return async (request) =>
    Response.json({ errors: [{ code, message: await request.text() }] }, { status, headers: NO_RETRY });
};

test(
  "an edit that Cloudflare refuses says why, without what was sent, and what is live then",
  TEST,
  async (t) => {
    const { broken, faults } = await startLacking(t);
    for (const [fault, reason] of [
      [
        refuses(403, 10000),
        /The token may not edit secrets of shop-prod \(HTTP 403\): it needs Workers Scripts Write\./,
      ],
      [
        refuses(400, 10215),
        /latest version is not deployed: npx wrangler versions deploy --name shop-prod\n/,
      ],
      [
        refuses(400, 10054),
        /Cloudflare did not change the secrets of shop-prod \(HTTP 400, code 10054\): run this again\./,
      ],
      [() => new Response("<html>"), /It is not known whether Cloudflare changed the secrets of shop-prod/],
    ] as const) {
      faults.edit = fault;
      const output = await broken.repair(["--yes"], { code: 1 });
      assert.match(output, STILL);
      assert.match(output, reason);
    }
    assert.deepEqual(await broken.ask(), { KEY: KEY.text });
  },
);

test("an edit is sent again after a failure that may pass, also if it was done", TEST, async (t) => {
  const { broken, faults } = await startLacking(t);
  let sent = 0;
  faults.edit = async (request) => {
    if (++sent > 1) return undefined;
    const { url, headers } = request;
    const body = await request.text();
    const { authorization } = Object.fromEntries(headers);
    assert.ok(
      (await fetch(url, { method: "PATCH", headers: { authorization: authorization ?? "" }, body })).ok,
    );
    return new Response("{}", { status: 503 });
  };
  const output = await broken.repair(["--yes"], { code: 0 });
  assert.match(output, /\nshop-prod: as declared\n$/);
  assert.equal(sent, 3, "the first try, the one that it stands for, and the second try");
  assert.deepEqual(await broken.ask(), IS_WHOLE);
});

test("what cannot be read is not called as declared, and is not edited", TEST, async (t) => {
  const { broken, faults } = await startLacking(t);
  faults.read = () => new Response("<html>", { headers: { "content-type": "text/html" } });
  const output = await broken.repair(["--yes"], { code: 1 });
  assert.match(
    output,
    /^shop-prod: what serves could not be read\.\n- Cloudflare could not be asked about shop-prod /,
  );
  assert.deepEqual(broken.takeEdits(), []);
  delete faults.read;
  await broken.send("DELETE", `/workers/scripts/${WORKER}`);
  assert.equal(
    await broken.repair(["--yes"], { code: 1 }),
    "shop-prod: not on Cloudflare. To create it again: pulumi up --refresh --stack prod\n",
  );
  assert.deepEqual(broken.takeEdits(), []);
});

/** An environment in which each call of Pulumi is written down. */
async function recordPulumi({ checkout }: Broken): Promise<NodeJS.ProcessEnv> {
  const { command } = (await findEngine()).command;
  const bin = path.join(checkout.folder, "bin");
  await fs.mkdir(bin);
  const script = `#!/bin/sh\necho "$@" >> '${bin}/calls'\nexec '${command}' "$@"\n`;
  await fs.writeFile(path.join(bin, "pulumi"), script, { mode: 0o755 });
  return { PATH: `${bin}:${process.env.PATH}` };
}

test(
  "while an edit is under way, its value is in no argument and no file; Ctrl-C ends it, and the next run continues",
  TEST,
  async (t) => {
    const { broken, faults } = await startLacking(t);
    const api = new EventEmitter();
    faults.edit = async (request) => {
      assert.match(await request.text(), new RegExp(TOKEN.text));
      api.emit("edit");
      await once(api, "never");
      return undefined;
    };
    const arrived = once(api, "edit");
    const env = await recordPulumi(broken);
    const command = await broken.start("repair", [WORKER, "--stack", "prod", "--yes"], { env });
    await arrived;
    const words = (await command.processes()).flatMap((running) => running.words);
    assert.ok(words.length > 0);
    assert.ok(!words.join("\0").includes(CANARY), "an argument has a value");
    command.ctrlC();
    assert.equal(await command.exit(), 130, command.output);
    assert.match(
      command.output,
      /^shop-prod {2}TOKEN {2}declared, and not live: to be put back\nInterrupted\.\n$/,
    );
    await command.leavesNothing();
    assert.ok(!(await filesUnder(broken.checkout.folder)).includes(CANARY), "a file has a value");

    delete faults.edit;
    await broken.repair(["worker", "--yes"], { code: 0 });
    assert.deepEqual(await broken.ask(), IS_WHOLE);
  },
);

test(
  "a wrong Worker, a missing token and another argument exit with 2; a stack that does not exist with 1",
  TEST,
  async (t) => {
    const { broken } = await startLacking(t);
    assert.equal(
      await broken.repair(["canary-typo", "--yes"], { code: 2 }),
      "No Worker of stack prod has this name. The names are: shop-prod.\n",
    );
    const none = { CLOUDFLARE_API_TOKEN: "", CLOUDFLARE_API_KEY: "" };
    assert.match(
      await broken.repair([], { code: 2, env: none }),
      /^No Cloudflare token: set CLOUDFLARE_API_TOKEN/,
    );
    assert.match(
      await broken.repair(["--ja"], { code: 2 }),
      /^Unknown option: --ja\nSee npm run repair -- --help\n$/,
    );
    assert.match(await broken.repair(["--stack", "other"], { code: 1 }), /no stack named 'other' found/);
    await broken.openStack("empty", () => Promise.resolve({}));
    assert.equal(
      await broken.repair(["--stack", "empty"], { code: 0 }),
      "Stack empty has deployed no Worker.\n",
    );
    assert.deepEqual(broken.takeEdits(), []);
  },
);
