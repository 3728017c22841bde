import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Cloudflare, hasToken } from "../../../kit/live/cloudflare";
import { readEdits } from "../../../commands/audit/edits";
import { type Found, readLive } from "../../../kit/live/read-live";
import { Notes } from "../../../kit/notes";
import { ACCOUNT_ID } from "../../support/mock-stack";

type Answers = Readonly<Record<string, unknown>>;

const ROOT = `/accounts/${ACCOUNT_ID}/workers`;
const [OLD, NEW] = ["0f4f4d3e-0000-4000-8000-000000000001", "0f4f4d3e-0000-4000-8000-000000000002"] as const;

let server: Server;
let answers: Answers = {};
let requests: string[] = [];

beforeAll((done) => {
  server = createServer(({ url = "" }, response) => {
    requests.push(url);
    const result = answers[url.replace(ROOT, "")];
    const status = typeof result === "number" ? result : 200;
    // 10007 means that the script does not exist.
    const body = status === 200 ? { result } : { errors: [{ code: status === 404 ? 10007 : 9109 }] };
    const headers = { "content-type": "application/json", "retry-after": "0" };
    response.writeHead(status, headers).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1", done);
});
afterAll((done) => {
  server.close(done);
});
beforeEach(() => {
  requests = [];
});

function client(notes: Notes): Cloudflare {
  const { port } = server.address() as AddressInfo;
  return new Cloudflare(
    { CLOUDFLARE_API_TOKEN: "t", CLOUDFLARE_BASE_URL: `http://127.0.0.1:${port}` },
    notes,
  );
}

async function look(given: Answers, worker = { accountId: ACCOUNT_ID, script: "shop" }) {
  answers = given;
  const notes = new Notes();
  const live = await readLive(client(notes), worker, notes);
  return { live, notes };
}

const version = (id: string, ...secrets: string[]) => ({
  id,
  created_on: "2026-01-01T00:00:00Z",
  bindings: secrets.map((name) => ({ name, type: "secret_text" })),
});
const deployed = (...ids: string[]) => ({
  deployments: [ids, [OLD]].map((versions) => ({
    versions: versions.map((id) => ({ version_id: id, percentage: 100 / versions.length })),
  })),
});
const DEPLOYMENTS = "/scripts/shop/deployments";
const LATEST = "/workers/shop/versions/latest";
const [OLDER, NEWER] = [`/workers/shop/versions/${OLD}`, `/workers/shop/versions/${NEW}`] as const;

/** The binding names of each serving version and of the latest version. */
function names(live: Found) {
  if (typeof live === "string") return live;
  const of = ({ bindings }: { bindings: ReadonlyMap<string, unknown> }) => [...bindings.keys()].join();
  return { serving: live.serving?.map(of), latest: live.latest && of(live.latest) };
}

describe("what serves", () => {
  test("is the latest version after two requests", async () => {
    const { live, notes } = await look({ [DEPLOYMENTS]: deployed(NEW), [LATEST]: version(NEW, "KEY") });
    expect(names(live)).toEqual({ serving: ["KEY"], latest: "KEY" });
    expect([...requests].sort()).toEqual([`${ROOT}${DEPLOYMENTS}`, `${ROOT}${LATEST}`]);
    expect(notes.complete).toBe(true);
  });

  test("is another version after a rollback", async () => {
    const given = {
      [DEPLOYMENTS]: deployed(OLD),
      [LATEST]: version(NEW, "NEW"),
      [OLDER]: version(OLD, "OLD"),
    };
    expect(names((await look(given)).live)).toEqual({ serving: ["OLD"], latest: "NEW" });
    expect(requests).toHaveLength(3);
  });

  test("is each version of a gradual deployment, even one with 0 percent of the traffic", async () => {
    const deployments = {
      deployments: [
        {
          versions: [
            { version_id: OLD, percentage: 0 },
            { version_id: NEW, percentage: 100 },
          ],
        },
      ],
    };
    const given = { [DEPLOYMENTS]: deployments, [LATEST]: version(NEW, "NEW"), [OLDER]: version(OLD, "OLD") };
    expect(names((await look(given)).live)).toEqual({ serving: ["OLD", "NEW"], latest: "NEW" });
    expect(requests).toHaveLength(3);
  });

  test("is known even if the latest version is not, which is noted", async () => {
    const given = { [DEPLOYMENTS]: deployed(NEW), [LATEST]: 403, [NEWER]: version(NEW, "KEY") };
    const { live, notes } = await look(given);
    expect(names(live)).toEqual({ serving: ["KEY"], latest: undefined });
    expect(notes.complete).toBe(false);
  });

  test.each<[string, Answers]>([
    ["the deployments cannot be read", { [DEPLOYMENTS]: 403 }],
    ["the deployments are malformed", { [DEPLOYMENTS]: { deployments: "x" } }],
    ["an entry is malformed", { [DEPLOYMENTS]: { deployments: [{ versions: [{ version_id: "../.." }] }] } }],
    ["a deployment has no version", { [DEPLOYMENTS]: { deployments: [{ versions: [] }] } }],
    ["nothing is deployed", { [DEPLOYMENTS]: { deployments: [] } }],
    ["there are no deployments", { [DEPLOYMENTS]: 404 }],
    ["a version cannot be read", { [DEPLOYMENTS]: deployed(OLD, NEW), [OLDER]: 403 }],
    ["a version does not exist", { [DEPLOYMENTS]: deployed(OLD, NEW), [OLDER]: 404 }],
    [
      "a version has no date",
      { [DEPLOYMENTS]: deployed(OLD), [OLDER]: { ...version(OLD), created_on: "x" } },
    ],
  ])("is unknown if %s, and the result is not clean", async (_, given) => {
    const { live, notes } = await look({ [LATEST]: version(NEW, "KEY"), ...given });
    expect(names(live)).toEqual({ serving: undefined, latest: "KEY" });
    expect(notes.complete).toBe(false);
    expect(notes.sentences()).toHaveLength(1);
    expect(notes.sentences()[0]).toContain("shop");
  });

  test("is not requested with a malformed version id, which would be another path", async () => {
    const deployments = { deployments: [{ versions: [{ version_id: "../../../.." }] }] };
    await look({ [DEPLOYMENTS]: deployments, [LATEST]: version(NEW, "KEY") });
    expect(requests).toHaveLength(2);
  });

  test("is absent if the Worker does not exist, and unreadable if no answer says", async () => {
    expect((await look({ [DEPLOYMENTS]: 404, [LATEST]: 404 })).live).toBe("absent");
    expect((await look({ [DEPLOYMENTS]: 403, [LATEST]: 403 })).live).toBe("unreadable");
  });
});

describe("a name from a state cannot change the path of a request", () => {
  test.each([
    ["../../user/tokens", "shop"],
    ["", "shop"],
    [`${ACCOUNT_ID}/../../user`, "shop"],
    [`${ACCOUNT_ID}\n`, "shop"],
    [ACCOUNT_ID, ".."],
    [ACCOUNT_ID, "."],
    [ACCOUNT_ID, ""],
    [ACCOUNT_ID, "%2e%2e"],
    [ACCOUNT_ID, "shop/../../../../user"],
    [ACCOUNT_ID, "shop?x"],
    [ACCOUNT_ID, "shop\n"],
    [ACCOUNT_ID, "\ud800"],
  ])("account %j, script %j", async (accountId, script) => {
    const { live, notes } = await look({}, { accountId, script });
    expect(live).toBe("unreadable");
    const path = (name: string) => `scripts/${name}/secrets-bulk`;
    const edit = client(notes).request({ accountId, script }, "PATCH", path, { secrets: {} });
    await expect(edit).rejects.toThrow(/no request was made/);
    expect(requests).toEqual([]);
    expect(notes.complete).toBe(false);
    expect(notes.sentences().join()).toMatch(/no request was made/);
  });

  test("an account that is encrypted is noted as such", async () => {
    const notes = new Notes();
    const found = await readLive(client(notes), { accountId: undefined, script: "shop" }, notes);
    expect([found, requests]).toEqual(["unreadable", []]);
    expect(notes.sentences()[0]).toMatch(/^The account of shop is encrypted in the state/);
  });
});

describe("edits by hand", () => {
  const edits = async (items: unknown) => {
    answers = { "/scripts/shop/versions?page=1&per_page=100": { items } };
    return readEdits(client(new Notes()), { accountId: ACCOUNT_ID, script: "shop" });
  };
  const edit = (created_on: unknown, author_email?: unknown) => ({
    metadata: { created_on, author_email },
    annotations: { "workers/triggered_by": "secret" },
  });

  test("are the versions that a change of a secret triggered", async () => {
    const upload = { number: 1, metadata: {}, annotations: { "workers/triggered_by": "upload" } };
    expect(await edits([edit("2026-01-02", "ada"), { number: 2 }, edit("2026-01-01", null), upload])).toEqual(
      {
        edits: [
          { at: "2026-01-02T00:00:00.000Z", by: "ada" },
          { at: "2026-01-01T00:00:00.000Z", by: undefined },
        ],
        complete: true,
      },
    );
    expect(await edits([])).toEqual({ edits: [], complete: false });
  });

  test("are unknown if one of them has no date", async () => {
    expect(await edits([edit("x")])).toBeUndefined();
    expect(await edits("x")).toBeUndefined();
  });
});

test("a request is sent three times at most, and the note says what the last answer was", async () => {
  const { live, notes } = await look({ [DEPLOYMENTS]: deployed(NEW), [LATEST]: 503 });
  expect(live).toBe("unreadable");
  expect(requests.filter((url) => url === `${ROOT}${LATEST}`)).toHaveLength(3);
  expect(notes.sentences()[0]).toContain("(HTTP 503)");
});

test("either a token or a key with its e-mail address is accepted", () => {
  expect(hasToken({ CLOUDFLARE_API_TOKEN: "t" })).toBe(true);
  expect(hasToken({ CLOUDFLARE_API_KEY: "k", CLOUDFLARE_EMAIL: "e" })).toBe(true);
  expect(hasToken({ CLOUDFLARE_API_KEY: "k" })).toBe(false);
  expect(hasToken({ CLOUDFLARE_EMAIL: "e" })).toBe(false);
});
