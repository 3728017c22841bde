import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Account } from "../../../commands/adopt/account";
import { ACCOUNT } from "../../support/adopted-environment";
import { CANARY } from "../../support/mock-stack";

let server: Server;
let asked: string[];
/** The answers by path, with the query; 404 for others. */
let answers: Readonly<Record<string, unknown>>;

beforeEach(async () => {
  asked = [];
  server = createServer(({ url = "" }, response) => {
    asked.push(url);
    const answer = answers[url];
    response.statusCode = typeof answer === "number" ? answer : answer === undefined ? 404 : 200;
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify(
        response.statusCode === 200 ? { result: answer } : { errors: [{ code: 10007, message: CANARY }] },
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

function account(): Account {
  const { port } = server.address() as AddressInfo;
  const env = { CLOUDFLARE_BASE_URL: `http://127.0.0.1:${port}`, CLOUDFLARE_API_TOKEN: CANARY };
  return new Account(ACCOUNT, env, new AbortController().signal);
}

const script = `/accounts/${ACCOUNT}/workers/scripts/shop`;

test("a Worker that is not there is undefined, after one request", async () => {
  answers = {};
  expect(await account().worker("shop")).toBeUndefined();
  expect(asked).toEqual([`${script}/settings`]);
});

test("what the API does not say is as for a Worker that has nothing", async () => {
  answers = { [`${script}/settings`]: { bindings: [{ name: "KEY", type: "secret_text" }], logpush: true } };
  expect(await account().worker("shop")).toEqual({
    bindings: { KEY: { type: "secret_text" } },
    settings: { logpush: true },
    migrationTag: null,
    isModule: true,
    workersDev: false,
    previewUrls: false,
    crons: [],
    domains: [],
    hasAssets: false,
  });
});

test("only domains and consumers of the Worker itself count", async () => {
  answers = {
    [`${script}/settings`]: { bindings: [] },
    [`/accounts/${ACCOUNT}/workers/domains?service=shop`]: [
      { id: "1", hostname: "shop.example.com", zone_id: "z", service: "shop" },
      { id: "2", hostname: "other.example.com", zone_id: "z", service: "other" },
    ],
    [`/accounts/${ACCOUNT}/queues`]: [
      { queue_name: "orders", consumers: [{ script: "shop" }] },
      { queue_name: "others", consumers: [{ service: "other" }] },
      { queue_name: "none" },
    ],
  };
  const worker = await account().worker("shop");
  expect(worker?.domains).toEqual([{ hostname: "shop.example.com", zoneId: "z" }]);
  expect(await account().consumedBy("shop")).toEqual(["orders"]);
});

test("all pages of zones are read, and the routes of a zone once", async () => {
  const zones = Array.from({ length: 51 }, (_, at) => ({ id: `zone-${at}`, name: `${at}.com` }));
  const page = (number: number) => `/zones?account.id=${ACCOUNT}&per_page=50&page=${number}`;
  answers = {
    [page(1)]: zones.slice(0, 50),
    [page(2)]: zones.slice(50),
    "/zones/zone-50/workers/routes": [
      { id: "r1", pattern: "50.com/*", script: "shop" },
      { id: "r2", pattern: "50.com/b/*", script: "other" },
    ],
  };
  const one = account();
  expect(await one.zones()).toHaveLength(51);
  expect(await one.routes("zone-50")).toEqual([
    { pattern: "50.com/*", zoneId: "zone-50", id: "r1", script: "shop" },
    { pattern: "50.com/b/*", zoneId: "zone-50", id: "r2", script: "other" },
  ]);
  await one.routes("zone-50");
  expect(asked.filter((path) => path.includes("routes"))).toHaveLength(1);
});

test("the zone of a host is the longest that the account has", async () => {
  const query = (name: string) => `/zones?account.id=${ACCOUNT}&per_page=50&page=1&name=${name}`;
  answers = { [query("example.co.uk")]: [{ id: "zone-1", name: "example.co.uk" }] };
  expect(await account().zoneOf("*.shop.example.co.uk")).toBe("zone-1");
  answers = {};
  expect(await account().zoneOf("example.org")).toBeUndefined();
});

test("a refusal says what the token needs, and nothing that the API said", async () => {
  answers = { [`${script}/settings`]: 403 };
  const error = await account().worker("shop").then(String, String);
  expect(error).toMatch(
    /could not be asked for .*<account>.*\(HTTP 403\)\. The token needs to read Workers Scripts/,
  );
  expect(error).not.toContain(CANARY);
});

test("a host's custom domain is found with the Worker that it leads to", async () => {
  const query = `/accounts/${ACCOUNT}/workers/domains?hostname=a.example.com`;
  answers = { [query]: [{ id: "d1", hostname: "a.example.com", zone_id: "z", service: "other" }] };
  expect(await account().domain("a.example.com")).toEqual({ id: "d1", script: "other" });
});
