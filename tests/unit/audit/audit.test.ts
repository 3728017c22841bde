import { compare, type FoundSecret } from "../../../commands/audit/compare";
import type { Found, Live, LiveBinding, Version } from "../../../kit/live/read-live";
import { Notes } from "../../../kit/notes";
import { findShared } from "../../../commands/audit/sharing";
import { type DeployedWorker, workersOf } from "../../../commands/audit/state";
import { deployedWorker, FIRST, LATER } from "../../support/deployed-worker";

const COMPONENT = "urn:pulumi:prod::p::cloudflare-worker-secrets:index:WorkerScript::shop";
const SEALED = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };

/** The state of a stack with one WorkerScript that has this inventory. */
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
  if (worker === undefined) throw new Error("There is no Worker");
  return worker;
}

describe("the state of a stack", () => {
  test("has the secrets in the inventory, with the records of each value", () => {
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
    ["has an entry of another form", ["KEY"]],
  ])("has the names of the secret resources if the inventory %s", (_, inventory) => {
    const { recorded, declared } = onlyWorker(state(inventory, ["KEY"]));
    expect(recorded).toBe("older");
    expect(declared.map(({ binding }) => binding)).toEqual(["KEY"]);
  });

  test("has no account or source if that is a secret", () => {
    const worker = onlyWorker(state([{ name: "KEY", type: "secret_text", source: SEALED }], [], SEALED));
    expect(worker.accountId).toBeUndefined();
    expect(worker.declared).toMatchObject([{ binding: "KEY", source: undefined }]);
  });

  test("has no Worker before the first deploy, and none that is pending deletion", () => {
    expect(workersOf("prod", '{"version": 3, "deployment": {"manifest": {}}}')).toEqual([]);
    expect(workersOf("prod", '{"version": 3, "deployment": {"resources": null}}')).toEqual([]);
    const replaced = state([]).replaceAll('"type":"cloudflare:', '"delete":true,"type":"cloudflare:');
    expect(workersOf("prod", replaced)).toEqual([]);
  });

  test("is not quoted if it is invalid", () => {
    const resources = '{"deployment": {"resources": ["canary"]}}';
    for (const text of ['{"canary', "[]", "{}", '{"deployment": null}', '"canary"', resources]) {
      expect(() => workersOf("prod", text)).toThrow(/^What Pulumi exported is not a state\.$/);
    }
  });
});

type Types = Readonly<Record<string, boolean>>;

function version(types: Types, inStore?: LiveBinding["inStore"], id = "1"): Version {
  const bindings = Object.entries(types).map(([name, isSecret]) => {
    return [name, { name, type: isSecret ? "secret_text" : "plain_text", isSecret, inStore }] as const;
  });
  return { id, created: LATER, bindings: new Map(bindings) };
}

/** A Worker whose latest version serves. */
function live(types: Types, inStore?: LiveBinding["inStore"]): Live {
  const only = version(types, inStore);
  return { serving: [only], latest: only };
}

const states = (found: readonly FoundSecret[]) => found.map(({ binding, state }) => `${binding} ${state}`);

describe("what is declared and what is live", () => {
  const declared = [
    { binding: "KEY", type: "secret_text" },
    { binding: "KEPT", type: "inherit" },
  ];

  const split = [
    version({ KEY: true, KEPT: true, OLD: true }),
    version({ KEY: true, SWAP: true }, undefined, "2"),
  ];

  test.each<[string, Found | undefined, string[]]>([
    ["agree", live({ KEY: true, KEPT: true, VARIABLE: false }), ["KEY live", "KEPT live"]],
    ["do not agree", live({ BY_HAND: true }), ["KEY missing", "KEPT missing", "BY_HAND undeclared"]],
    [
      "differ in kind: a variable is not a secret",
      live({ KEY: false, KEPT: false }),
      ["KEY missing", "KEPT live"],
    ],
    ["differ because the Worker does not exist", "absent", ["KEY missing", "KEPT missing"]],
    ["cannot be compared", "unreadable", ["KEY unknown", "KEPT unknown"]],
    ["were not compared", undefined, ["KEY unknown", "KEPT unknown"]],
    [
      "differ in one of two versions: what either lacks is missing, what either has is live",
      { serving: split, latest: split[1] },
      ["KEY live", "KEPT missing", "OLD undeclared", "SWAP undeclared"],
    ],
    [
      "differ only in the latest version, which does not serve",
      { serving: [version({ KEY: true, KEPT: true })], latest: version({ STAGED: true }, undefined, "2") },
      ["KEY live", "KEPT live"],
    ],
    [
      "are unknown if it is unknown what serves: nothing counts as live, but the latest version may be",
      { serving: undefined, latest: version({ KEY: true, OLD: true }) },
      ["KEY unknown", "KEPT unknown", "OLD undeclared"],
    ],
  ])("%s", (_, found, expected) => {
    expect(states(compare(deployedWorker({ declared }), found, new Notes()))).toEqual(expected);
  });

  test("a secret in one version takes precedence over a variable in another", () => {
    for (const serving of [split, split.toReversed()].map(([a, b]) => [
      version({ OTHER: a === split[0] }),
      version({ OTHER: b === split[0] }, undefined, "2"),
    ])) {
      const found = compare(deployedWorker(), { serving, latest: undefined }, new Notes());
      expect(states(found)).toEqual(["OTHER undeclared"]);
    }
  });

  test.each(["older", "bare"] as const)("nothing is undeclared on a Worker recorded as %s", (recorded) => {
    const found = compare(deployedWorker({ recorded }), live({ KEY: true }), new Notes());
    expect(states(found)).toEqual(["KEY unknown"]);
  });

  test("a secret from Secrets Store has that source, even if it is not declared", () => {
    const stored = [{ binding: "KEY", type: "secrets_store_secret", source: "secrets-store:s/key" }];
    const found = compare(
      deployedWorker({ declared: stored }),
      live({ KEY: true, OTHER: true }, { store: "s", secret: "other" }),
      new Notes(),
    );
    expect(found.map(({ source }) => source)).toEqual(["secrets-store:s/key", "secrets-store:s/other"]);
  });
});

describe("sharing a value", () => {
  const from = (environment: string, binding: string, source: string, urn?: string): FoundSecret => ({
    worker: deployedWorker({ environment }),
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
    from("prod", "F", "esc:shop/base#key"),
    from("staging", "F", "esc:shop/base#key"),
  ];

  test("is detected by a common source with one value", () => {
    expect(secrets.map(findShared(secrets))).toEqual([
      ["prod/shop/B"],
      ["prod/shop/A"],
      [],
      ["staging/shop/C"],
      ["prod/shop/C"],
      ...[[], [], [], []],
      ["staging/shop/F"],
      ["prod/shop/F"],
    ]);
  });

  test("is also detected by equal fingerprints", () => {
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
      ["staging/shop/F"],
      ["prod/shop/F"],
    ]);
  });
});
