import { strict as assert } from "node:assert";
import { EventEmitter, once } from "node:events";
import { test } from "node:test";
import { Cloudflare } from "../../../kit/live/cloudflare";
import { readLive } from "../../../kit/live/read-live";
import { Notes } from "../../../kit/notes";
import { mapBounded } from "../../../kit/map-bounded";
import { startLocalCloudflare } from "../../../local/api";
import { TEST } from "../../support/command";
import { CANARY, fromConfig, lines, shop, startFleet } from "../../support/fleet";
import { ACCOUNT_ID } from "../../support/world";

/** The wait before the next try. */
const AT_ONCE = { "retry-after": "0" };
const refusal = (status: number, code: number, headers: Record<string, string> = {}) =>
  Response.json({ success: false, errors: [{ code, message: CANARY }], result: null }, { status, headers });
/** HTML in place of JSON, from the API or a proxy in front of it. */
const html = (status: number) =>
  new Response(`<html>${CANARY}</html>`, { status, headers: { "content-type": "text/html" } });
const result = (value: unknown) => Response.json({ success: true, errors: [], result: value });

const DENIED =
  /^The token may not read Workers of account [0-9a-f]{32} .*: it needs Workers Scripts Read\. Nothing is known about shop-prod, shop-staging\.$/;
const FAILED =
  /^Cloudflare could not be asked about shop-prod, shop-staging of account [0-9a-f]{32} \((.*)\): run it again\./;

/** Useless answers to any request, by description. */
const FAULTS: Readonly<Record<string, { answer: () => Response; note: RegExp }>> = {
  "400, for a token of the wrong form": { answer: () => refusal(400, 6003), note: DENIED },
  "401": { answer: () => refusal(401, 10000), note: DENIED },
  "403": { answer: () => refusal(403, 9109), note: DENIED },
  "404, for an account that does not exist": { answer: () => refusal(404, 7003), note: FAILED },
  "404 as HTML": { answer: () => html(404), note: FAILED },
  "500": { answer: () => refusal(500, 10013, AT_ONCE), note: FAILED },
  "429 for five minutes": { answer: () => refusal(429, 10429, AT_ONCE), note: FAILED },
  "200 as HTML": { answer: () => html(200), note: FAILED },
  "200 without JSON": {
    answer: () => new Response(`{"result": "${CANARY}`, { headers: { "content-type": "application/json" } }),
    note: FAILED,
  },
  "200 with an empty body": { answer: () => new Response(""), note: FAILED },
  "a null result": { answer: () => result(null), note: FAILED },
  "a list as the result": { answer: () => result([]), note: FAILED },
  "a result without a list": { answer: () => result({ id: "x" }), note: FAILED },
  "a list of other items": { answer: () => result({ bindings: [CANARY], items: [CANARY] }), note: FAILED },
};

test("without an answer from Cloudflare a secret is unknown, never missing or live, and a note says what helps", async (t) => {
  let fault: (() => Response) | undefined;
  const asked = /\/shop-prod\/(?:deployments$|versions\/)|\/shop-staging\/versions\?/;
  const fleet = await startFleet(t, {
    intercept: ({ url, method }) => (method === "GET" && asked.test(url) ? fault?.() : undefined),
  });
  await fleet.deploy("prod", shop([fromConfig("API_KEY")]));
  await fleet.deploy("staging", shop([fromConfig("API_KEY")]));
  await fleet.commit("Ada", 1);
  await fleet.putByHand("shop-staging", "BY_HAND");

  for (const [what, { answer, note }] of Object.entries(FAULTS)) {
    fault = answer;
    const { code, report } = await fleet.report();
    assert.equal(code, 1, what);
    const found = ["prod/shop-prod/API_KEY unknown", "staging/shop-staging/API_KEY live"];
    assert.deepEqual(lines(report), [...found, "staging/shop-staging/BY_HAND undeclared"], what);
    const changes = report.secrets.map(({ changed: { by, recordedIn } }) => by ?? recordedIn);
    assert.deepEqual(changes, ["Ada", "Ada", "unknown"], what);
    assert.equal(report.notes.length, 1, what);
    assert.match(report.notes[0] ?? "", note, what);
  }
});

test("a clean result requires every answer and no finding", async (t) => {
  let denied = /^$/;
  const fleet = await startFleet(t, {
    intercept: ({ url }) => (denied.test(url) ? refusal(403, 9109) : undefined),
  });
  await fleet.deploy("prod", shop([]));
  await fleet.putByHand("shop-prod", "INHERITED");
  await fleet.deploy("prod", shop([], { inheritedSecrets: ["INHERITED"] }));
  assert.equal((await fleet.report()).code, 0);
  denied = /\/versions\?/;
  const { code, report } = await fleet.report();
  assert.deepEqual([code, lines(report)], [1, ["prod/shop-prod/INHERITED live"]]);
});

test("an unreachable API is reported", async (t) => {
  const fleet = await startFleet(t);
  await fleet.deploy("prod", shop([fromConfig("API_KEY")]));
  await fleet.commit("Ada", 1);
  const { code, report } = await fleet.report([], { env: { CLOUDFLARE_BASE_URL: "http://127.0.0.1:9" } });
  assert.equal(code, 1);
  assert.deepEqual(lines(report), ["prod/shop-prod/API_KEY unknown"]);
  assert.match(report.notes.join("\n"), /\(no answer\): run it again/);
});

test("when interrupted, it exits at once with 130 and prints no partial report", TEST, async (t) => {
  const asked = new EventEmitter();
  let isDeployed = false;
  const fleet = await startFleet(t, {
    intercept({ url }) {
      if (!isDeployed || !url.endsWith("/versions/latest")) return undefined;
      asked.emit("request");
      return new Promise<Response>(() => undefined);
    },
  });
  await fleet.deploy("prod", shop([fromConfig("API_KEY")]));
  isDeployed = true;
  const request = once(asked, "request");
  const command = await fleet.start("audit", ["--json"]);
  await request;
  command.ctrlC();
  assert.equal(await command.exit(), 130);
  assert.equal(command.output, "Interrupted.\n");
});

test(
  "an audit gives up on a hanging API, for one Worker and for a thousand",
  { timeout: 60_000 },
  async (t) => {
    let requests = 0;
    let hang: () => Response | Promise<Response> = () => assert.fail();
    const api = await startLocalCloudflare({
      intercept: () => {
        requests += 1;
        return hang();
      },
    });
    t.after(() => api.close());
    const env = { CLOUDFLARE_API_TOKEN: api.apiToken, CLOUDFLARE_BASE_URL: api.baseUrl };
    const never = () => new Promise<Response>(() => undefined);
    const half = () => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"result": {'));
        },
      });
      return new Response(body, { headers: { "content-type": "application/json" } });
    };
    for (const [what, answer] of [
      ["no headers", never],
      ["no end of the body", half],
      ["ask again later", () => refusal(429, 10429, { "retry-after": "5" })],
    ] as const) {
      hang = answer;
      requests = 0;
      const notes = new Notes();
      const cloudflare = new Cloudflare(env, notes, 100);
      const workers = Array.from({ length: 1_000 }, (_, number) => `w${number}`);
      for (const script of workers.splice(0, 1)) {
        assert.equal(
          await readLive(cloudflare, { accountId: ACCOUNT_ID, script }, notes),
          "unreadable",
          what,
        );
      }
      await mapBounded(workers, 8, async (script) => {
        assert.equal(
          await readLive(cloudflare, { accountId: ACCOUNT_ID, script }, notes),
          "unreadable",
          what,
        );
      });
      assert.ok(requests <= 3 * 16, `${requests} requests: ${what}`);
      assert.equal(notes.complete, false);
      assert.equal(notes.sentences().length, 1);
      assert.match(
        notes.sentences()[0] ?? "",
        /about w0, w1, w10, w100, w101 and 995 more .*\(no answer\): run it again/,
      );
    }
  },
);
