import assert from "node:assert/strict";
import { EventEmitter, on, once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import test, { type TestContext } from "node:test";
import { kvBinding, start, type Subject } from "../../support/api";

const SENDER = `export default { async fetch(request, env) {
  await env.JOBS.send(new URL(request.url).pathname);
  return new Response("sent");
} };`;
const CRON = `let ran = null;
export default {
  fetch: () => Response.json(ran),
  scheduled: ({ cron, scheduledTime }) => { ran = [cron, scheduledTime]; },
};`;

/** A server that Workers report to, and what they reported. */
async function reports(t: TestContext) {
  const events = new EventEmitter();
  const server = http.createServer((request, response) => {
    void json(request).then((report) => {
      events.emit("report", report);
      response.end();
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => server.close());
  const received = on(events, "report");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: async (): Promise<unknown> => ((await received.next()).value as unknown[])[0],
  };
}

const consumer = (name: string, url: string, after = "") => `export default { async queue(batch) {
  const bodies = batch.messages.map(({ body, attempts }) => [body, attempts]);
  await fetch(${JSON.stringify(url)}, { method: "POST", body: JSON.stringify([${JSON.stringify(name)}, batch.queue, ...bodies]) });
  ${after}
} };`;

async function queue({ client, accountId: account_id }: Subject, queue_name: string): Promise<string> {
  return (await client.queues.create({ account_id, queue_name })).queue_id ?? "";
}

test(
  "a queue's messages reach its consumer, after a deploy and a change of the consumer too",
  { timeout: 30_000 },
  async (t) => {
    const subject = await start(t);
    const { client, accountId: account_id } = subject;
    const { url, next } = await reports(t);
    const jobs = await queue(subject, "jobs");
    await subject.upload(
      "sender",
      { bindings: [{ name: "JOBS", type: "queue", queue_name: "jobs" }] },
      SENDER,
    );
    const send = async (path: string) =>
      fetch(`${subject.cloudflare.workerUrl(account_id, "sender") ?? ""}${path}`);
    for (const name of ["one", "two"]) await subject.upload(name, {}, consumer(name, url));
    const consume = (script_name: string, batch_size: number) =>
      client.queues.consumers.create(jobs, {
        account_id,
        type: "worker",
        script_name,
        settings: { batch_size, max_wait_time_ms: 60_000 },
      });

    const first = await consume("one", 1);
    await send("/1");
    assert.deepEqual(await next(), ["one", "jobs", ["/1", 1]]);
    await subject.upload("one", {}, consumer("one, again", url));
    await send("/2");
    assert.deepEqual(await next(), ["one, again", "jobs", ["/2", 1]]);

    await client.queues.consumers.delete(first.consumer_id ?? "", { account_id, queue_id: jobs });
    const second = await consume("two", 2);
    await send("/3");
    await send("/4");
    assert.deepEqual(await next(), ["two", "jobs", ["/3", 1], ["/4", 1]]);
    const settings = { batch_size: 1, max_wait_time_ms: 60_000 };
    await client.queues.consumers.update(second.consumer_id ?? "", {
      account_id,
      queue_id: jobs,
      type: "worker",
      script_name: "two",
      settings,
    });
    await send("/5");
    assert.deepEqual(await next(), ["two", "jobs", ["/5", 1]]);
  },
);

test(
  "a message that its consumer refuses is sent again, and then to the dead letter queue",
  { timeout: 30_000 },
  async (t) => {
    const subject = await start(t);
    const { client, accountId: account_id } = subject;
    const { url, next } = await reports(t);
    const [jobs, dead] = [await queue(subject, "jobs"), await queue(subject, "dead")];
    await subject.upload(
      "sender",
      { bindings: [{ name: "JOBS", type: "queue", queue_name: "jobs" }] },
      SENDER,
    );
    await subject.upload("failing", {}, consumer("failing", url, "throw new Error();"));
    await subject.upload("undertaker", {}, consumer("undertaker", url));
    const settings = { batch_size: 1, max_retries: 1, retry_delay: 0 };
    const worker = { account_id, type: "worker" as const, settings };
    await client.queues.consumers.create(dead, { ...worker, script_name: "undertaker" });
    await client.queues.consumers.create(jobs, {
      ...worker,
      script_name: "failing",
      dead_letter_queue: "dead",
    });
    await subject.ask("sender");
    assert.deepEqual(await next(), ["failing", "jobs", ["/", 1]]);
    assert.deepEqual(await next(), ["failing", "jobs", ["/", 2]]);
    assert.deepEqual(await next(), ["undertaker", "dead", ["/", 1]]);
  },
);

test(
  "a request runs a Worker's cron handler, as with wrangler dev, whether it shares data or not",
  { timeout: 30_000 },
  async (t) => {
    const subject = await start(t);
    await subject.upload("alone", {}, CRON);
    await subject.upload("shared", { bindings: [await kvBinding(subject)] }, CRON);
    await subject.upload("deaf");
    const trigger = (name: string, headers = {}) =>
      fetch(
        `${subject.cloudflare.workerUrl(subject.accountId, name) ?? ""}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*&time=1`,
        { headers },
      );
    for (const name of ["alone", "shared"]) {
      assert.equal(await subject.env(name), null);
      assert.equal((await trigger(name, { "MF-Route-Override": "deaf" })).status, 200);
      assert.deepEqual(await subject.env(name), ["* * * * *", 1]);
    }
    const refused = await trigger("deaf");
    assert.deepEqual(
      [refused.status, await refused.text()],
      [500, "This Worker has no scheduled handler.\n"],
    );
  },
);
