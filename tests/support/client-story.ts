import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { CANARY, start } from "./api";
import { type ClientProgram, startClient } from "./client-session";

const INDEX = `
  import { greeting } from "./greeting.js";
  export default {
    async fetch(request, { CACHE, ...env }) {
      if (CACHE) await CACHE.put("key", "cached");
      return Response.json({ ...env, greeting, cached: await CACHE?.get("key") });
    },
  };`;

const modules = (greeting: string) => ({
  "greeting.js": `export const greeting = ${JSON.stringify(greeting)};`,
  "index.js": INDEX,
});

/** Does with a client what its users do with a Worker and its secrets, and looks at what the Worker then runs with. */
export async function clientStory(test: TestContext, program: ClientProgram): Promise<void> {
  const log: string[] = [];
  const subject = await start(test, { onRequest: (entry) => log.push(JSON.stringify(entry)) });
  const env = () => subject.env("w");
  const client = startClient(test, subject, program);

  const { id } = (await client.do("create namespace", { title: "cache" })) as { id: string };
  const bound = { text: "text", namespace: id };
  await client.do("upload", { ...bound, modules: modules("one"), secret: `${CANARY} 1` });
  const first = { SECRET: `${CANARY} 1`, TEXT: "text", greeting: "one", cached: "cached" };
  assert.deepEqual(await env(), first);

  await client.do("put secret", { name: "OTHER", text: `${CANARY} 2` });
  assert.deepEqual(await client.list("list secrets", "name"), ["SECRET", "OTHER"]);
  assert.deepEqual(await env(), { ...first, OTHER: `${CANARY} 2` });
  await client.do("put secret", { name: "SECRET", text: `${CANARY} 3` });
  await client.do("delete secret", { name: "OTHER" });
  assert.deepEqual(await client.list("list secrets", "name"), ["SECRET"]);

  // keep_bindings keeps the secret; the text and the namespace are not sent again.
  await client.do("upload", { modules: modules("two") });
  const second = { SECRET: `${CANARY} 3`, greeting: "two" };
  assert.deepEqual(await env(), second);

  const version = (await client.do("upload version", { text: "late", modules: modules("three") })) as {
    id: string;
  };
  assert.deepEqual(await env(), second, "a version is not live until it is deployed");
  await client.do("deploy version", { version: version.id });
  const third = { SECRET: `${CANARY} 3`, TEXT: "late", greeting: "three" };
  assert.deepEqual(await env(), third);

  const bad = { modules: { "greeting.js": "" }, secret: `${CANARY} 4` };
  assert.match(await client.refused("upload", bad), /\b10021\b[^]*No such module: 'index\.js'/);
  const stranger = startClient(test, subject, program, "wrong-token");
  assert.match(await stranger.refused("list scripts"), /\b9109\b[^]*Invalid access token/);
  assert.deepEqual(await env(), third);

  assert.deepEqual(await client.list("list scripts", "id"), ["w"]);
  await client.do("delete");
  assert.deepEqual(await client.list("list scripts", "id"), []);
  await client.end();
  assert.equal(subject.cloudflare.workerUrl(subject.accountId, "w"), undefined);
  assert.ok(!log.join("\n").includes(CANARY), "the API's log holds a secret");
}
