import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { inspect } from "node:util";
import { ApiError, type ApiRequest, callApi, jsonOf, NoAnswer } from "../../../kit/cloudflare-api";

jest.mock("node:timers/promises", () => ({ setTimeout: jest.fn(() => Promise.resolve()) }));

type Answer = (response: ServerResponse, request: IncomingMessage) => void;
interface Seen extends Pick<IncomingMessage, "method" | "headers"> {
  readonly body: string;
}

const CANARY = "canary-5d1c";
const OK = json(200, { result: "found" });
const FOUND = { result: "found" };

let server: Server;
let answers: Answer[] = [];
let seen: Seen[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, headers } = request;
      seen.push({ method, headers, body: Buffer.concat(chunks).toString() });
      (answers.length > 1 ? answers.shift() : answers[0])?.(response, request);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
  jest.mocked(delay).mockClear();
});

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** Sends a request. The server gives these answers one after the other, and repeats the last. */
async function call(given: readonly Answer[], request: Partial<ApiRequest<unknown>> = {}): Promise<unknown> {
  answers = [...given];
  const { port } = server.address() as AddressInfo;
  const defaults = { method: "GET", headers: {}, tries: 11, timeoutMs: 10_000, read: jsonOf } as const;
  return callApi(`http://127.0.0.1:${port}/`, { ...defaults, ...request });
}

async function failure(...args: Parameters<typeof call>): Promise<unknown> {
  const answer = call(...args).then(() => undefined);
  await expect(answer).rejects.toBeDefined();
  return answer.catch((error: unknown) => error);
}

/** How long it waited before each try but the first. */
const waits = () => jest.mocked(delay).mock.calls.map(([ms]) => Number(ms));

describe("a refusal", () => {
  test.each([408, 409, 429, 500, 503])("with status %i is tried again, up to the limit", async (status) => {
    expect(await call([json(status, {}), json(status, {}), OK])).toEqual(FOUND);
    expect(seen).toHaveLength(3);
    seen = [];
    const error = await failure([json(status, { errors: [] })], { tries: 3 });
    expect(error).toMatchObject({ status, body: { errors: [] } });
    expect(seen).toHaveLength(3);
  });

  test.each([400, 401, 403, 404])("with status %i is not tried again", async (status) => {
    expect(await failure([json(status, {}), OK])).toBeInstanceOf(ApiError);
    expect(seen).toHaveLength(1);
  });

  test("is tried again or not if the answer says so", async () => {
    expect(await failure([json(500, {}, { "x-should-retry": "false" }), OK])).toMatchObject({ status: 500 });
    expect(seen).toHaveLength(1);
    expect(await call([json(404, {}, { "x-should-retry": "true" }), OK])).toEqual(FOUND);
  });

  test("has its text if it is not JSON", async () => {
    const html: Answer = (response) => response.writeHead(403).end("<html>");
    expect(await failure([html])).toMatchObject({ status: 403, body: "<html>" });
  });

  test("that redirects is not followed: it would take the credentials along", async () => {
    expect(await failure([json(302, {}, { location: "/" }), OK])).toMatchObject({ status: 302 });
    expect(seen).toHaveLength(1);
  });
});

describe("the wait before the next try", () => {
  test("is what the answer asks for, or grows", async () => {
    expect(await call([json(429, {}, { "retry-after": "7" }), json(500, {}), OK])).toEqual(FOUND);
    expect(waits()).toEqual([7000, expect.any(Number)]);
    expect(waits()[1]).toBeGreaterThan(500);
  });

  test("ends with the signal", async () => {
    const signal = AbortSignal.abort();
    expect(await failure([OK], { signal })).toBeInstanceOf(NoAnswer);
    expect(waits()).toEqual([]);
    const stop = new AbortController();
    await call([json(500, {}), OK], { signal: stop.signal });
    expect(jest.mocked(delay).mock.calls[0]?.[2]).toEqual({ signal: stop.signal });
  });
});

describe("without an answer", () => {
  const hang: Answer = () => undefined;
  const breakOff: Answer = (response) => {
    response.writeHead(200, { "content-type": "application/json" }).write('{"result":');
    setTimeout(() => response.destroy(), 20);
  };

  test("a request is sent again after its connection broke", async () => {
    const reset: Answer = (_, request) => request.socket.resetAndDestroy();
    expect(await call([reset, reset, OK], { method: "PATCH", body: { a: 1 } })).toEqual(FOUND);
    expect(seen.map(({ body }) => body)).toEqual(Array(3).fill('{"a":1}'));
    const error = await failure([reset], { tries: 2 });
    expect([error, (error as Error).message]).toEqual([expect.any(NoAnswer), "Connection error."]);
  });

  test("a request is sent again after its time is over", async () => {
    expect(await call([hang, OK], { timeoutMs: 300 })).toEqual(FOUND);
    expect(await failure([hang], { timeoutMs: 50, tries: 2 })).toMatchObject({
      message: "Request timed out.",
    });
    expect(seen).toHaveLength(4);
  });

  test("the signal ends all tries", async () => {
    expect(await failure([hang], { signal: AbortSignal.timeout(50) })).toBeInstanceOf(NoAnswer);
    expect(seen).toHaveLength(1);
  });

  test("whose reading is part of the try, it is asked for again", async () => {
    const stall: Answer = (response) =>
      response.writeHead(200, { "content-type": "application/json" }).write('{"result":');
    expect(await call([breakOff, stall, OK], { timeoutMs: 300 })).toEqual(FOUND);
    expect(seen).toHaveLength(3);
  });

  test("whose reading is left to the caller, it is not asked for again, and has no limit of time", async () => {
    const slow: Answer = (response) => {
      response.writeHead(200).write("slow ");
      setTimeout(() => response.end("answer"), 300);
    };
    const unread = { timeoutMs: 100, read: (response: Response) => response };
    expect(await ((await call([slow], unread)) as Response).text()).toBe("slow answer");
    const broken = (await call([breakOff, OK], unread)) as Response;
    await expect(broken.text()).rejects.toThrow();
    expect(seen).toHaveLength(2);
  });
});

describe("what is sent", () => {
  test("a form is whole in each try, and its boundary is that of its header", async () => {
    const form = new FormData();
    form.append("metadata", new Blob(['{"main_module":"m"}'], { type: "application/json" }), "metadata");
    form.append("m", new Blob(["export default {};"], { type: "application/javascript+module" }), "m");
    const cut: Answer = (_, request) => request.socket.resetAndDestroy();
    await call([json(503, {}), cut, OK], { method: "PUT", body: form });
    expect(seen).toHaveLength(3);
    for (const { method, headers, body } of seen) {
      expect(method).toBe("PUT");
      const read = await new Response(body, { headers: { "content-type": headers["content-type"] ?? "" } })
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- undici warns servers of large forms
        .formData();
      const parts = await Promise.all(
        [...read].map(async ([name, part]) => [name, typeof part === "string" ? part : await part.text()]),
      );
      expect(parts).toEqual([
        ["metadata", '{"main_module":"m"}'],
        ["m", "export default {};"],
      ]);
    }
  });

  test("bytes and a Blob are sent as they are in each try, and anything else as JSON", async () => {
    const octets = { "content-type": "application/octet-stream" };
    await call([json(503, {}), OK], { method: "PUT", headers: octets, body: Buffer.from("{") });
    await call([json(503, {}), OK], { method: "PUT", body: new Blob(["{"], { type: "text/plain" }) });
    await call([OK], { method: "POST", body: [{ a: "é" }] });
    await call([OK], { method: "DELETE" });
    const sent = seen.map(({ method, headers, body }) => [method, headers["content-type"], body]);
    expect(sent).toEqual([
      ["PUT", "application/octet-stream", "{"],
      ["PUT", "application/octet-stream", "{"],
      ["PUT", "text/plain", "{"],
      ["PUT", "text/plain", "{"],
      ["POST", "application/json", '[{"a":"é"}]'],
      ["DELETE", undefined, ""],
    ]);
  });

  test("is in no error", async () => {
    const sent = {
      method: "POST",
      headers: { authorization: `Bearer ${CANARY}` },
      body: { CANARY },
    } as const;
    const quote = json(400, { errors: [{ message: CANARY }] });
    expect(((await failure([quote], sent)) as Error).stack).not.toContain(CANARY);
    const torn = await failure([OK], { headers: { authorization: `Bearer ${CANARY}\n${CANARY}` } });
    expect(inspect(torn)).toMatch(/API token.* has a character/);
    expect(inspect(torn)).not.toContain(CANARY);
    expect(seen).toHaveLength(1);
  });
});

describe("an answer", () => {
  const plain = (headers: Record<string, string>, text: string): Answer => {
    return (response) => response.writeHead(200, headers).end(text);
  };

  test("without content is undefined", async () => {
    expect(await call([(response) => response.writeHead(204).end()])).toBeUndefined();
    const empty = { "content-type": "application/json; charset=utf-8", "content-length": "0" };
    expect(await call([plain(empty, "")])).toBeUndefined();
    expect(await call([plain({ "content-type": "application/problem+json" }, "[1]")])).toEqual([1]);
  });

  test.each<[string, Record<string, string>, string]>([
    ["HTML", { "content-type": "text/html" }, "<html>"],
    ["without a type", {}, "{}"],
    ["cut JSON", { "content-type": "application/json" }, '{"result'],
  ])("that is not JSON is an error, and is not asked for again: %s", async (_, headers, text) => {
    expect(await failure([plain(headers, text), OK])).toBeInstanceOf(SyntaxError);
    expect(seen).toHaveLength(1);
  });
});
