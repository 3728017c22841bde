import { ageOf, changeOf } from "../../../commands/audit/changes";
import { compare, type FoundSecret } from "../../../commands/audit/compare";
import type { Edits, Live } from "../../../commands/audit/live";
import { Notes } from "../../../commands/audit/notes";
import { findShared } from "../../../commands/audit/sharing";
import { type DeployedWorker, workersOf } from "../../../commands/audit/state";

const COMPONENT = "urn:pulumi:prod::p::cloudflare-worker-secrets:index:WorkerScript::shop";
const SEALED = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
const FIRST = "2026-01-01T00:00:00.000Z";
const LATER = "2026-03-01T00:00:00.000Z";

/** The state of a stack with one Worker of a component's, which declares what `inventory` says. */
function state(inventory: unknown, secrets: readonly string[] = [], accountId: unknown = "a"): string {
  const children = secrets.map((binding) => ({
    urn: `${COMPONENT}$Secret::shop/${binding}`,
    type: "cloudflare-worker-secrets:index:Secret",
    parent: COMPONENT,
    inputs: { fingerprint: SEALED },
    created: FIRST,
  }));
  const resources = [
    { urn: COMPONENT, type: "cloudflare-worker-secrets:index:WorkerScript", outputs: { inventory } },
    {
      urn: `${COMPONENT}$WorkersScript::shop`,
      type: "cloudflare:index/workersScript:WorkersScript",
      id: "shop",
      parent: COMPONENT,
      inputs: { accountId, scriptName: "shop", bindings: SEALED },
      modified: LATER,
    },
    ...children,
  ];
  return JSON.stringify({ version: 3, deployment: { resources } });
}

function onlyWorker(text: string): DeployedWorker {
  const [worker, ...more] = workersOf("prod", text);
  expect(more).toEqual([]);
  if (worker === undefined) throw new Error("There is none");
  return worker;
}

describe("the state of a stack", () => {
  test("has what the inventory declares, with what is recorded of each value", () => {
    const inventory = [
      { name: "KEY", type: "secret_text", source: "config:key", maxAge: 90 },
      { name: "KEPT", type: "inherit" },
    ];
    expect(onlyWorker(state(inventory, ["KEY"]))).toEqual({
      environment: "prod",
      accountId: "a",
      script: "shop",
      recorded: "all",
      uploaded: LATER,
      declared: [
        {
          binding: "KEY",
          type: "secret_text",
          source: "config:key",
          maxAge: 90,
          urn: `${COMPONENT}$Secret::shop/KEY`,
          created: FIRST,
        },
        { binding: "KEPT", type: "inherit", source: undefined, maxAge: undefined },
      ],
    });
  });

  test.each([
    ["is missing", undefined],
    ["is a secret", SEALED],
    ["has a name that is a secret", [{ name: SEALED, type: "secret_text" }]],
    ["has an entry that is none", ["KEY"]],
  ])("has the names of the resources where the inventory %s", (_, inventory) => {
    const { recorded, declared } = onlyWorker(state(inventory, ["KEY"]));
    expect(recorded).toBe("older");
    expect(declared.map(({ binding }) => binding)).toEqual(["KEY"]);
  });

  test("has no account where that is a secret, and no source where that is one", () => {
    const worker = onlyWorker(state([{ name: "KEY", type: "secret_text", source: SEALED }], [], SEALED));
    expect(worker.accountId).toBeUndefined();
    expect(worker.declared).toMatchObject([{ binding: "KEY", source: undefined }]);
  });

  test("has no Worker before the first deploy, nor one that is about to be deleted", () => {
    expect(workersOf("prod", '{"version": 3, "deployment": {"manifest": {}}}')).toEqual([]);
    expect(workersOf("prod", '{"version": 3, "deployment": {"resources": null}}')).toEqual([]);
    const replaced = state([]).replaceAll('"type":"cloudflare:', '"delete":true,"type":"cloudflare:');
    expect(workersOf("prod", replaced)).toEqual([]);
  });

  test("is not quoted where it is none", () => {
    for (const text of ['{"canary', "[]", "{}", '{"deployment": null}', '"canary"']) {
      expect(() => workersOf("prod", text)).toThrow(/^(?!.*canary)/);
    }
  });
});

function worker(declared: DeployedWorker["declared"], more: Partial<DeployedWorker> = {}): DeployedWorker {
  const fixed = {
    environment: "prod",
    accountId: "a",
    script: "shop",
    recorded: "all",
    uploaded: LATER,
  } as const;
  return { ...fixed, declared, ...more };
}

function live(types: Record<string, boolean>, source?: string): Live {
  return new Map(Object.entries(types).map(([name, isSecret]) => [name, { name, isSecret, source }]));
}

const states = (found: readonly FoundSecret[]) => found.map(({ binding, state }) => `${binding} ${state}`);

describe("what is declared and what is live", () => {
  const declared = [
    { binding: "KEY", type: "secret_text" },
    { binding: "KEPT", type: "inherit" },
  ];

  test.each<[string, Live | undefined, string[]]>([
    ["agree", live({ KEY: true, KEPT: true, VARIABLE: false }), ["KEY live", "KEPT live"]],
    ["do not agree", live({ BY_HAND: true }), ["KEY missing", "KEPT missing", "BY_HAND undeclared"]],
    [
      "differ in kind: a variable is no secret",
      live({ KEY: false, KEPT: false }),
      ["KEY missing", "KEPT live"],
    ],
    ["differ, as the Worker is not there", "absent", ["KEY missing", "KEPT missing"]],
    ["cannot be compared", "unreadable", ["KEY unknown", "KEPT unknown"]],
    ["were not compared", undefined, ["KEY unknown", "KEPT unknown"]],
  ])("%s", (_, found, expected) => {
    expect(states(compare(worker(declared), found, new Notes()))).toEqual(expected);
  });

  test.each(["older", "bare"] as const)("nothing is undeclared on a Worker recorded as %s", (recorded) => {
    const found = compare(worker([], { recorded }), live({ KEY: true }), new Notes());
    expect(states(found)).toEqual(["KEY unknown"]);
  });

  test("a secret of Secrets Store comes from there, also where nobody declared it", () => {
    const stored = [{ binding: "KEY", type: "secrets_store_secret", source: "secrets-store:s/key" }];
    const found = compare(
      worker(stored),
      live({ KEY: true, OTHER: true }, "secrets-store:s/other"),
      new Notes(),
    );
    expect(found.map(({ source }) => source)).toEqual(["secrets-store:s/key", "secrets-store:s/other"]);
  });
});

function secret(
  source: string,
  more: Partial<FoundSecret> & { created?: string; type?: string } = {},
): FoundSecret {
  const { created, type = "secret_text", ...rest } = more;
  const declared = { binding: "KEY", type, created };
  return { worker: worker([]), binding: "KEY", source, state: "live", declared, ...rest };
}

describe("the last change", () => {
  const notes = new Notes();
  const commit = { by: "Ada", at: FIRST };

  test("is the commit's for a value of the stack's config", () => {
    const expected = { earliest: FIRST, latest: FIRST, by: "Ada", recordedIn: "git" };
    expect(changeOf(secret("config:key"), () => commit, undefined, notes)).toEqual(expected);
  });

  test("is between the first deploy and the last upload for another value", () => {
    const expected = { earliest: FIRST, latest: LATER, recordedIn: "pulumi" };
    expect(changeOf(secret("unknown", { created: FIRST }), undefined, undefined, notes)).toEqual(expected);
    // The file does not have the key.
    expect(changeOf(secret("config:key", { created: FIRST }), () => undefined, undefined, notes)).toEqual(
      expected,
    );
  });

  test("is the upload, where there was one only: what it deployed is recorded a moment later", () => {
    const expected = { earliest: LATER, latest: LATER, recordedIn: "pulumi" };
    const created = "2026-03-01T00:00:00.042Z";
    expect(changeOf(secret("unknown", { created }), undefined, undefined, notes)).toEqual(expected);
  });

  test("has no beginning for what has no resource of its own", () => {
    const key = secret("unknown", { type: "secret_key" });
    expect(changeOf(key, undefined, undefined, notes)).toEqual({ latest: LATER, recordedIn: "pulumi" });
  });

  const edits = (...made: [string, string?][]): Edits => ({
    edits: made.map(([at, by]) => ({ at, by })),
    complete: true,
  });
  const inherited = secret("inherited", { type: "inherit" });

  test.each<[string, Edits, object]>([
    ["one edit", edits([LATER, "ada"]), { earliest: LATER, latest: LATER, by: "ada" }],
    ["edits by one", edits([LATER, "ada"], [FIRST, "ada"]), { earliest: FIRST, latest: LATER, by: "ada" }],
    ["edits by two", edits([LATER, "ada"], [FIRST, "bob"]), { earliest: FIRST, latest: LATER }],
    ["the end of a list", { ...edits([LATER, "ada"]), complete: false }, { latest: LATER }],
  ])("by hand is as exact as Cloudflare is: %s", (_, list, expected) => {
    const change = { ...expected, recordedIn: "cloudflare" };
    expect(changeOf(inherited, undefined, list, notes)).toEqual(change);
    const undeclared = secret("unknown", { declared: undefined, state: "undeclared" });
    expect(changeOf(undeclared, undefined, list, notes)).toEqual(change);
  });

  test.each<[string, FoundSecret, Edits | undefined]>([
    ["nobody was asked", inherited, undefined],
    ["nobody edited a secret", inherited, edits()],
    [
      "it may have come with the deploy",
      secret("unknown", { declared: undefined, state: "unknown" }),
      edits([LATER]),
    ],
    ["the value is in Secrets Store", secret("secrets-store:s/key", { created: FIRST }), edits([LATER])],
    ["there is no history of the config", secret("config:key", { created: FIRST }), edits([LATER])],
  ])("is unknown where %s", (_, found, list) => {
    expect(changeOf(found, undefined, list, notes)).toEqual({ recordedIn: "unknown" });
  });
});

describe("the age", () => {
  const now = new Date("2026-04-01T12:00:00Z");
  const exact = (moment: string) => ({ earliest: moment, latest: moment, recordedIn: "git" }) as const;
  const between = { earliest: FIRST, latest: LATER, recordedIn: "pulumi" } as const;
  const until = { latest: LATER, recordedIn: "cloudflare" } as const;

  test.each([
    [exact(LATER), undefined, { age: 31, overdue: false }],
    [exact(LATER), 31, { age: 31, overdue: false }],
    [exact(LATER), 30, { age: 31, overdue: true }],
    [between, 30, { age: 31, overdue: true }],
    [between, 31, { age: 31, overdue: "unknown" }],
    [between, 89, { age: 31, overdue: "unknown" }],
    [between, 90, { age: 31, overdue: false }],
    [between, undefined, { age: 31, overdue: false }],
    [until, 30, { age: 31, overdue: true }],
    [until, 31, { age: 31, overdue: "unknown" }],
    [{ recordedIn: "unknown" } as const, 31, { overdue: "unknown" }],
    [{ recordedIn: "unknown" } as const, undefined, { overdue: false }],
    [exact("2026-04-02T00:00:00.000Z"), 31, { age: 0, overdue: false }],
  ])("of %j with maxAge %s", (change, maxAge, expected) => {
    expect(ageOf(change, maxAge, now)).toEqual(expected);
  });
});

describe("who shares", () => {
  const from = (environment: string, binding: string, source: string, urn?: string): FoundSecret => ({
    worker: worker([], { environment }),
    binding,
    source,
    state: "live",
    declared: { binding, type: "secret_text", urn },
  });
  const secrets = [
    from("prod", "A", "config:key", "1"),
    from("prod", "B", "config:key", "2"),
    from("staging", "A", "config:key", "3"),
    from("prod", "C", "secrets-store:s/key"),
    from("staging", "C", "secrets-store:s/key"),
    from("prod", "D", "op://vault/key", "4"),
    from("staging", "D", "op://vault/key", "5"),
    from("prod", "E", "unknown"),
    from("staging", "E", "unknown"),
  ];

  test("is told by a common source that has one value", () => {
    expect(secrets.map(findShared(secrets))).toEqual([
      ["prod/shop/B"],
      ["prod/shop/A"],
      [],
      ["staging/shop/C"],
      ["prod/shop/C"],
      ...[[], [], [], []],
    ]);
  });

  test("is told by equal fingerprints too", () => {
    const fingerprints = new Map([
      ["2", "same"],
      ["3", "same"],
      ["5", "same"],
      ["4", "other"],
    ]);
    expect(secrets.map(findShared(secrets, fingerprints))).toEqual([
      ["prod/shop/B"],
      ["prod/shop/A", "staging/shop/A", "staging/shop/D"],
      ["prod/shop/B", "staging/shop/D"],
      ["staging/shop/C"],
      ["prod/shop/C"],
      [],
      ["prod/shop/B", "staging/shop/A"],
      ...[[], []],
    ]);
  });
});
