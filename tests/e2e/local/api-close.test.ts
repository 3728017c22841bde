import assert from "node:assert/strict";
import { test } from "node:test";
import { startLocalCloudflare } from "../../../local/api";
import { runtimes, start } from "../../support/api";

test("close stops every process and port, even if it is called twice or during a deploy", async (t) => {
  const subject = await start(t);
  await subject.upload("one");
  await subject.upload("two");
  assert.equal(runtimes().length, 2);
  const url = subject.cloudflare.workerUrl(subject.accountId, "one") ?? "";
  const late = subject.upload("three").catch(() => undefined);
  await Promise.all([subject.cloudflare.close(), subject.cloudflare.close(), late]);
  assert.deepEqual(runtimes(), []);
  await assert.rejects(fetch(url));
  await assert.rejects(fetch(subject.cloudflare.baseUrl));
});

test("an upload that is read after close was called starts nothing", async (t) => {
  const answered: number[] = [];
  const subject = await start(t, {
    intercept: () => void subject.cloudflare.close(),
    onRequest: ({ status }) => answered.push(status),
  });
  await assert.rejects(subject.upload("late"));
  await subject.cloudflare.close();
  assert.deepEqual([answered, runtimes()], [[500], []]);
});

test("a port in use is an error and leaves nothing running", async (t) => {
  const { cloudflare } = await start(t);
  const port = Number(new URL(cloudflare.baseUrl).port);
  await assert.rejects(startLocalCloudflare({ port }), { code: "EADDRINUSE" });
});
