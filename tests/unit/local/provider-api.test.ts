import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Api, isNotFound } from "../../../local/provider/api";

jest.mock("node:timers/promises", () => ({ setTimeout: jest.fn(() => Promise.resolve()) }));

const CANARY = "canary-31f0";
const NO_RETRY = { "x-should-retry": "false" };

let server: Server;
let baseUrl = "";
let seen: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];
let answer: [status: number, body: string, headers?: Record<string, string>];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    const [status, text, given = { "content-type": "application/json" }] = answer;
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      seen.push({ method, url, headers, body });
      response.writeHead(status, { ...NO_RETRY, ...given }).end(text);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`;
});
afterAll((done) => {
  server.close(done);
});
beforeEach(() => {
  seen = [];
  answer = [200, '{"result":{"id":"x"}}'];
});

const api = (base = baseUrl) => new Api({ baseUrl: base, apiToken: "token" });

test("a request has the token, and no other credentials from the environment", async () => {
  Object.assign(process.env, { CLOUDFLARE_API_KEY: "k", CLOUDFLARE_EMAIL: "e", CLOUDFLARE_API_TOKEN: "t" });
  expect(await api(`${baseUrl}/`).send("patch", "/a?include=b%2Fc", { d: 1 })).toEqual({ id: "x" });
  expect(seen[0]).toMatchObject({ method: "PATCH", url: "/client/v4/a?include=b%2Fc", body: '{"d":1}' });
  expect(seen[0]?.headers).toMatchObject({ accept: "application/json", authorization: "Bearer token" });
  expect(Object.keys(seen[0]?.headers ?? {}).filter((name) => name.startsWith("x-"))).toEqual([]);
});

test("headers replace its own, and the query has what has a value", async () => {
  const query = { base64: true, expiration_ttl: 60, expiration: undefined, force: null };
  await api().send("post", "/a", new FormData(), { headers: { authorization: "Bearer jwt" }, query });
  expect(seen[0]).toMatchObject({ url: "/client/v4/a?base64=true&expiration_ttl=60" });
  expect(seen[0]?.headers.authorization).toBe("Bearer jwt");
});

test.each<[string, typeof answer, string]>([
  ["JSON", [400, '{"errors": [{"code": 1}]}'], '400 Bad Request {"errors":[{"code":1}]}'],
  ["a text", [502, "<html>", {}], "502 Bad Gateway <html>"],
  ["nothing", [503, "", {}], "503 Service Unavailable"],
  ["a redirect", [307, "", { location: "/" }], "307 Temporary Redirect"],
  [
    "that the token is wrong",
    [403, '{"errors":[{"code":10000}]}'],
    '403 Forbidden {"errors":[{"code":10000}]}',
  ],
])(
  "the error of a refusal has the request and the answer, but nothing of what was sent: %s",
  async (...given) => {
    const [, refusal, expected] = given;
    answer = refusal;
    const error = await api().send("put", "/a", { text: CANARY }).catch(String);
    expect(String(error).endsWith(`PUT "${baseUrl}/a": ${expected}`)).toBe(true);
    expect(error).not.toContain(CANARY);
    expect(String(error).includes("check CLOUDFLARE_API_TOKEN")).toBe(refusal[0] === 403);
    expect(seen).toHaveLength(1);
  },
);

test("a request is sent again ten times, and the error of one without an answer says so", async () => {
  answer = [503, "", { "x-should-retry": "true" }];
  await expect(api().send("put", "/a", {})).rejects.toThrow("503");
  expect(seen).toHaveLength(11);
  // Port 9 is the discard port, at which no server listens.
  jest.mocked(delay).mockClear();
  const refused = api("http://127.0.0.1:9").fetch("/a");
  await expect(refused).rejects.toThrow('GET "http://127.0.0.1:9/a": no answer Connection error.');
  expect(delay).toHaveBeenCalledTimes(10);
});

test("only a 404 means that something is not found", async () => {
  for (const status of [404, 403]) {
    answer = [status, "{}"];
    const error = await api()
      .send("get", "/a")
      .catch((reason: unknown) => reason);
    expect(isNotFound(error)).toBe(status === 404);
  }
});

test("an answer that is not JSON is an error, and one without content is not", async () => {
  answer = [200, "<html>", { "content-type": "text/html" }];
  await expect(api().send("post", "/a", {})).rejects.toThrow('POST "/a": the answer is not JSON');
  expect(seen).toHaveLength(1);
  answer = [204, ""];
  expect(await api().send("delete", "/a")).toBeUndefined();
});

test("a response can be read as it is", async () => {
  answer = [200, "text", { "content-type": "text/plain" }];
  const response = await api().fetch("/a");
  expect([response.bodyUsed, await response.text()]).toEqual([false, "text"]);
});
