import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { listEntries } from "../../../component/contract/secret-list";
import { readSecrets, vaultSecret, type VaultSecretOptions } from "../../../secrets";
import { type JsonAnswer, startJsonServer } from "../../../harness/json-server";
import { engine, KvServer, refusal } from "../../../harness/kv-server";
import { failureOf, readSource, startRun } from "../../support/source-run";

const mockHome = fs.mkdtempSync(path.join(os.tmpdir(), "home-"));
jest.mock("node:os", () => ({ ...jest.requireActual<typeof os>("node:os"), homedir: () => mockHome }));

const CANARY = "canary-5d80aa";
const TOKEN = `hvs.${CANARY}`;
const DAY_MS = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

let vault: KvServer;
beforeAll(async () => {
  vault = await KvServer.start(TOKEN);
});
afterAll(() => {
  vault.server.close();
});
beforeEach(async () => {
  vault.fault = () => undefined;
  vault.server.takeRequests();
  Object.assign(process.env, { VAULT_ADDR: vault.server.url, VAULT_TOKEN: TOKEN });
  await startRun();
});
afterEach(() => {
  delete process.env.VAULT_NAMESPACE;
});

/** Stores versions whose password is their number, the oldest first. */
function store(...versions: { created: Date; deleted?: Date; destroyed?: boolean; by?: string }[]): void {
  const fields = (number: number) => ({ password: `${CANARY} ${number}` });
  vault.secrets = {
    "shop/db": versions.map((version, index) => ({ fields: fields(index + 1), ...version })),
  };
}

function secret(options: Partial<VaultSecretOptions> = {}, name = "shop/db") {
  return vaultSecret(name, { key: "password", ...options });
}

const asked = () => vault.server.takeRequests().map((request) => request.path.replace("/v1/secret/", ""));

test("a secret has its text, version, date and author, and for a week the version before", async () => {
  const [old, newest] = [daysAgo(300), daysAgo(6.9)];
  store({ created: old, by: "token-ci" }, { created: newest, by: "oidc-grace@example.com" });
  expect(await readSource(secret())).toEqual({
    text: `${CANARY} 2`,
    previous: `${CANARY} 1`,
    version: { id: "2", created: newest.toISOString(), by: "oidc-grace@example.com" },
    previousVersion: { id: "1", created: old.toISOString(), by: "token-ci" },
    source: "vault:secret/shop/db#password",
  });
  expect(asked()).toEqual(["data/shop/db", "metadata/shop/db", "data/shop/db?version=1"]);
});

test("a list of secrets reads it with the same options", async () => {
  store({ created: daysAgo(90) }, { created: daysAgo(1) });
  const from = { vault: "shop/db", key: "password", version: 1 } as const;
  const list = { shop: { DB_PASSWORD: { from } } };
  expect(listEntries(list)).toMatchObject([{ source: "vault:secret/shop/db#password", key: undefined }]);
  const [binding] = readSecrets(list).shop;
  assert.ok(binding);
  const source = "vault:secret/shop/db#password";
  expect(await readSource(binding)).toMatchObject({ text: `${CANARY} 1`, source });
  expect(() => listEntries({ shop: { A: { from: { vault: "shop/db" } as never } } })).toThrow(
    /shop\.A\.from/,
  );
});

test("an older Vault, which records no author, gives none", async () => {
  store({ created: daysAgo(1) });
  expect(await readSource(secret())).toMatchObject({ version: { id: "1", by: undefined } });
});

test("the version before ends, and is not read then", async () => {
  store({ created: daysAgo(90) }, { created: daysAgo(7.1) });
  expect(await readSource(secret())).toMatchObject({ text: `${CANARY} 2`, previous: undefined });
  expect(asked()).toEqual(["data/shop/db", "metadata/shop/db"]);
  expect(await readSource(secret({ previousFor: 8 }))).toMatchObject({ previous: `${CANARY} 1` });
  expect(await readSource(secret({ previousFor: 0 }))).toMatchObject({ previous: undefined });
});

test("a version that is deleted or destroyed is not the one before, one that will be deleted is", async () => {
  const [created, later] = [daysAgo(1), daysAgo(-30)];
  const gone = [
    { created, deleted: daysAgo(1) },
    { created, destroyed: true },
  ];
  store({ created, deleted: later }, ...gone, { created, deleted: later });
  expect(await readSource(secret())).toMatchObject({ text: `${CANARY} 4`, previous: `${CANARY} 1` });
  await startRun();
  store(...gone, { created });
  expect(await readSource(secret())).toMatchObject({ text: `${CANARY} 3`, previous: undefined });
});

test("a pinned version has the one before it, also past the ninth", async () => {
  store(...Array.from({ length: 12 }, (_, index) => ({ created: daysAgo(5 - index / 10) })));
  expect(await readSource(secret({ version: 10 }))).toMatchObject({
    text: `${CANARY} 10`,
    version: { id: "10" },
    previous: `${CANARY} 9`,
  });
});

test("bindings take fields of one secret with one fetch, and a version before without the field is left out", async () => {
  const created = daysAgo(1);
  const fields = { user: "shop", password: CANARY, port: 5432, on: true };
  vault.secrets = {
    "shop/db": [
      { fields: { user: "old" }, created },
      { fields, created },
    ],
  };
  const found = await Promise.all(Object.keys(fields).map((key) => readSource(secret({ key }))));
  expect(found.map(({ text, previous }) => [text, previous])).toEqual([
    ["shop", "old"],
    [CANARY, undefined],
    ["5432", undefined],
    ["true", undefined],
  ]);
  expect(asked()).toHaveLength(3);
});

test("the options say another mount, address and namespace, else Vault's own variables do", async () => {
  const created_time = daysAgo(1).toISOString();
  vault.fault = ({ path: place }) => ({
    body: {
      data: place.includes("/data/")
        ? { data: { password: CANARY }, metadata: { version: 1, created_time } }
        : { versions: { 1: null } },
    },
  });
  process.env.VAULT_NAMESPACE = "of the environment";
  const where = { mount: "team/kv", address: `${vault.server.url}/proxy/`, namespace: "team-a" };
  await readSource(secret(where, "a b/c?d"));
  process.env.VAULT_ADDR = vault.server.url;
  await readSource(secret());
  const requests = vault.server.takeRequests();
  expect(requests.map((request) => [request.path, request.headers["x-vault-namespace"]])).toEqual([
    ["/proxy/v1/team/kv/data/a%20b/c%3Fd", "team-a"],
    ["/proxy/v1/team/kv/metadata/a%20b/c%3Fd", "team-a"],
    ["/v1/secret/data/shop/db", "of the environment"],
    ["/v1/secret/metadata/shop/db", "of the environment"],
  ]);
});

test("a busy or sealed Vault is asked again", async () => {
  store({ created: daysAgo(1) });
  const faults = [refusal(429), refusal(503, "Vault is sealed"), refusal(500)];
  vault.fault = () => faults.shift();
  expect(await readSource(secret())).toMatchObject({ text: `${CANARY} 1` });
});

describe("the token", () => {
  afterAll(() => {
    fs.rmSync(mockHome, { recursive: true });
  });

  test("is that of vault login, if the environment has none", async () => {
    store({ created: daysAgo(1) });
    process.env.VAULT_TOKEN = "";
    expect(await failureOf(secret())).toMatch(/: there is no token\. Run `vault login`, or let the workflow/);
    await startRun();
    fs.writeFileSync(path.join(mockHome, ".vault-token"), `${TOKEN}\n`);
    expect(await readSource(secret())).toMatchObject({ text: `${CANARY} 1` });
  });

  test("that cannot be sent is no token", async () => {
    process.env.VAULT_TOKEN = `${CANARY}\n${CANARY}`;
    const found = await failureOf(secret());
    expect(found).toMatch(/: there is no token\./);
    expect(found).not.toContain(CANARY);
  });

  test("is not sent to where Vault redirects", async () => {
    const other = await startJsonServer(() => ({ body: { data: {} } }));
    const location = `${other.url}/${CANARY}`;
    vault.fault = () => ({ status: 307, headers: { location }, body: "" });
    const found = await failureOf(secret()).finally(() => {
      other.close();
    });
    expect(found).toMatch(/: it redirects to another address, to which we do not send the token\. Set VAULT/);
    expect(found).not.toContain(CANARY);
    expect(other.takeRequests()).toEqual([]);
  });
});

describe("an error says the secret, the reason and the fix, and quotes nothing:", () => {
  const fails = async (options?: Partial<VaultSecretOptions>) => {
    const found = await failureOf(secret(options));
    expect(found).toMatch(/^Vault, (version \d+ of )?secret "secret\/shop\/db": /);
    expect(found).not.toContain(CANARY);
    return found;
  };
  /** An answer to the first of the requests, and to no others. */
  const first = (answer: JsonAnswer) => {
    vault.fault = ({ path: place }) => (place.includes("/data/") ? answer : undefined);
  };
  const withMount = (mount: JsonAnswer) => {
    vault.fault = ({ path: place }) => (place.includes("/mounts/") ? mount : refusal(404, CANARY));
  };

  test.each([
    [refusal(403, "permission denied", CANARY), /: the token may not read it\. Its policy needs read on/],
    [refusal(403, `${CANARY} * invalid token`), /: the token is not valid, or no longer\. Run `vault login`/],
    [refusal(400, CANARY), /: Vault refuses the request\. Check the mount, the path and the namespace\.$/],
    [{ body: undefined }, /: what answers at its address is not Vault\. Check the address\.$/],
    [{ body: CANARY }, /: what answers at its address is not Vault\. Check the address\.$/],
    [{ body: { data: { password: CANARY } } }, /: its mount is not a key-value engine of version 2/],
    [
      { body: { data: { data: { password: CANARY } } } },
      /: its mount is not a key-value engine of version 2/,
    ],
  ])("%#", async (answer, message) => {
    first(answer);
    expect(await fails()).toMatch(message);
  });

  test("busy, sealed or broken for long", async () => {
    const statuses = { busy: 429, sealed: 503, broken: 502 };
    vault.fault = ({ path: place }) => {
      const [name = ""] = /busy|sealed|broken/.exec(place) ?? [];
      return refusal(statuses[name as keyof typeof statuses], CANARY);
    };
    const found = await Promise.all(Object.keys(statuses).map((name) => failureOf(secret({}, name))));
    expect(found.join("\n")).toBe(`\
Vault, secret "secret/busy": Vault refuses so many requests, also after retries. Try again.
Vault, secret "secret/sealed": it is sealed, or has no active node, also after retries. Unseal it, or try again.
Vault, secret "secret/broken": Vault has an error of its own, also after retries. Try again.`);
    expect(asked()).toHaveLength(15);
  });

  test("no such secret or version, no engine of version 2, no engine", async () => {
    vault.secrets = {};
    expect(await fails()).toMatch(/: there is no such secret, or no such version of it\. Check the path/);
    expect(await fails({ version: 7 })).toMatch(/^Vault, version 7 of .* there is no such secret/);
    await startRun();
    withMount(engine("1"));
    expect(await fails()).toMatch(/version 2.*: vault kv enable-versioning <mount>\.$/);
    await startRun();
    withMount(refusal(403, CANARY));
    expect(await fails()).toMatch(/: there is no engine mounted there, or no such secret\. Check the mount/);
    await startRun();
    withMount({ status: 404, body: { errors: [CANARY] } });
    expect(await fails()).toMatch(/: there is no engine mounted there/);
  });

  test("a deleted version, a destroyed one", async () => {
    store({ created: daysAgo(2), destroyed: true }, { created: daysAgo(1), deleted: daysAgo(1) });
    expect(await fails()).toMatch(/: its version is deleted\. Undelete it \(vault kv undelete\)/);
    expect(await fails({ version: 1 })).toMatch(/: its version is destroyed\. Add a version, or pin/);
  });

  test("the versions may not be read", async () => {
    store({ created: daysAgo(1) });
    vault.fault = ({ path: place }) => (place.includes("/metadata/") ? refusal(403, CANARY) : undefined);
    expect(await fails()).toMatch(/<mount>\/metadata\/<path> too; or set previousFor: 0\.$/);
    expect(await readSource(secret({ previousFor: 0 }))).toMatchObject({ text: `${CANARY} 1` });
  });

  test("the versions cannot be read", async () => {
    store({ created: daysAgo(1) });
    vault.fault = ({ path: place }) => (place.includes("/metadata/") ? refusal(400, CANARY) : undefined);
    expect(await fails()).toMatch(/: Vault refuses the request/);
  });

  test.each([
    ["no such field", { [CANARY]: "x" }, /: expected the key "password", but it has no such key, or no text/],
    ["an object", { password: { [CANARY]: 1 } }, /but it has no such key, or no text there\. Check the key/],
    [
      "a fraction",
      { password: 1.5 },
      /but its number has too many digits, or a fraction\. .*store the value/,
    ],
    ["a long number", { password: 2 ** 53 }, /but its number has too many digits/],
  ])("%s", async (_, fields, message) => {
    vault.secrets = { "shop/db": [{ fields, created: daysAgo(1) }] };
    expect(await fails()).toMatch(message);
  });

  test.each([undefined, "", "vault", "vault.example.com:8200", "unix:///run/vault.sock"])(
    "no address: %p",
    async (address) => {
      delete process.env.VAULT_ADDR;
      expect(await fails({ address })).toMatch(
        /: no address is set\. Give the option address, or set VAULT_ADDR/,
      );
    },
  );

  test("no server", async () => {
    const closed = await startJsonServer(() => ({ body: {} }));
    closed.close();
    expect(await fails({ address: closed.url })).toMatch(/: no server listens at its address\./);
  });

  test("the namespace is named", async () => {
    vault.secrets = {};
    expect(await failureOf(secret({ namespace: "team-a" }))).toMatch(
      /^Vault, secret "secret\/shop\/db" in namespace "team-a": /,
    );
  });
});

test.each([
  [{}, "/shop", 'expected the path of a secret, such as "shop/database"'],
  [{}, "shop/../db", 'expected the path of a secret, such as "shop/database"'],
  [{}, "shop#db", 'expected the path of a secret, such as "shop/database"'],
  [{}, "", 'expected the path of a secret, such as "shop/database"'],
  [{ mount: ".." }, "shop", 'mount: expected the path of a key-value engine, such as "secret"'],
  [{ key: "" }, "shop", 'key: expected a field of the secret, such as "password"'],
  [{ version: 0 }, "shop", "version: expected a number from 1, or none for the newest"],
  [{ version: 1.5, key: "" }, "shop", 'key: .*"password"; version: expected a number from 1'],
])("an argument that cannot be meant is refused: %p %j", (options, name, message) => {
  expect(() => secret(options, name)).toThrow(new RegExp(`^vaultSecret: .*${message}.*\\.$`));
});

test("a path may have a dot at its start", async () => {
  vault.secrets = { ".shop/..db": [{ fields: { password: CANARY }, created: daysAgo(1) }] };
  expect(await readSource(secret({}, ".shop/..db"))).toMatchObject({ text: CANARY });
});
