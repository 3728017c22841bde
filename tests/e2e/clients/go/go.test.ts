import assert from "node:assert/strict";
import * as path from "node:path";
import { test } from "node:test";
import { CANARY, start } from "../../../support/api";
import { startClient } from "../../../support/client-session";
import { clientStory } from "../../../support/client-story";
import { goClients, skipWithout } from "../../../support/clients";

const TEST = { timeout: 600_000, skip: skipWithout("go version") };

const builtClient = async (name: string) => ({ command: path.join(await goClients(__dirname), name) });

test("cloudflare-go v6 uploads, changes and deletes a Worker and its secrets", TEST, async (t) => {
  await clientStory(t, await builtClient("cloudflare-v6"));
});

test(
  "cloudflare-go v0 uploads a script as it is, then a module with bindings, and keeps the secret",
  TEST,
  async (t) => {
    const log: string[] = [];
    const subject = await start(t, { onRequest: (entry) => log.push(JSON.stringify(entry)) });
    const program = await builtClient("cloudflare-v0");
    const client = startClient(t, subject, program);

    const source = `addEventListener("fetch", (event) => event.respondWith(new Response(globalThis.SECRET ?? "none")));`;
    await client.do("upload script", { source });
    assert.equal(await subject.ask("w"), "none");
    await client.do("put secret", { name: "SECRET", text: `${CANARY} 1` });
    assert.equal(await subject.ask("w"), `${CANARY} 1`);
    await client.do("upload script", { source: source.replace("none", "other") });
    assert.equal(await subject.ask("w"), `${CANARY} 1`);

    const { id } = (await client.do("create namespace", { title: "cache" })) as { id: string };
    const bound = { text: "text", namespace: id };
    const module = `
    export default {
      async fetch(request, { CACHE, ...env }) {
        await CACHE.put("key", "cached");
        return Response.json({ ...env, cached: await CACHE.get("key") });
      },
    };`;
    await client.do("upload module", { ...bound, source: module });
    const env = { SECRET: `${CANARY} 1`, TEXT: "text", cached: "cached" };
    assert.deepEqual(await subject.env("w"), env);
    await client.do("upload module", { ...bound, source: module, secret: `${CANARY} 2` });
    await client.do("put secret", { name: "OTHER", text: `${CANARY} 3` });
    assert.deepEqual(await subject.env("w"), { ...env, SECRET: `${CANARY} 2`, OTHER: `${CANARY} 3` });
    assert.deepEqual(await client.list("list secrets", "name"), ["SECRET", "OTHER"]);
    await client.do("delete secret", { name: "OTHER" });
    assert.deepEqual(await client.list("list secrets", "name"), ["SECRET"]);

    const bad = { ...bound, source: "this is no JavaScript", secret: `${CANARY} 4` };
    assert.match(await client.refused("upload module", bad), /\(10021\)/);
    assert.match(await client.refused("upload script", { source: "this is no JavaScript" }), /\(10021\)/);
    const stranger = startClient(t, subject, program, "wrong-token");
    assert.match(await stranger.refused("list scripts"), /Invalid access token \(9109\)/);
    assert.deepEqual(await subject.env("w"), { ...env, SECRET: `${CANARY} 2` });

    const scripts = (await client.do("list scripts")) as { id: string }[];
    assert.deepEqual(
      scripts.map((script) => script.id),
      ["w"],
    );
    await client.do("delete");
    await client.end();
    assert.equal(subject.cloudflare.workerUrl(subject.accountId, "w"), undefined);
    assert.ok(!log.join("\n").includes(CANARY), "the API's log holds a secret");
  },
);
