import {
  type Binding,
  judge,
  type Seen,
  type Situation,
} from "../../../component/worker-script/live/verdict";

/** `"KEY:secret_text MINE:kept NEW:inherit:OLD LEVEL:plain_text=2"`, short for names, types, old names and values. */
function bindings(text: string): Binding[] {
  return text.split(" ").flatMap((item): Binding[] => {
    const [binding = "", value] = item.split("=");
    const [name = "", type = "", oldName] = binding.split(":");
    if (type === "kept") return [{ name, type: "secret_text", isKept: true }];
    return name === "" ? [] : [{ name, type, oldName, value: value && (JSON.parse(value) as unknown) }];
  });
}

function read(latest: string, alsoServing: string | null = ""): Seen {
  const others = alsoServing === null ? undefined : bindings(alsoServing);
  return { kind: "read", latest: bindings(latest), alsoServing: others };
}

function situation(
  declared: string,
  before: string | undefined,
  seen: Seen,
  choices: Situation["choices"] = {},
): Situation {
  return {
    accountId: "0".repeat(32),
    scriptName: "script_1",
    declared: bindings(declared),
    before: before === undefined ? undefined : bindings(before),
    seen,
    choices,
  };
}

test("the previous value that an interrupted rotation has uploaded does not stop the next one", () => {
  const resumed = judge(
    situation(
      "A:secret_text A_PREVIOUS:secret_text",
      "A:secret_text",
      read("A:secret_text A_PREVIOUS:secret_text"),
    ),
  );
  expect(resumed.refusal).toBeUndefined();
  const foreign = judge(
    situation(
      "B:secret_text A_PREVIOUS:secret_text",
      "B:secret_text",
      read("B:secret_text A_PREVIOUS:secret_text"),
    ),
  );
  expect(foreign.refusal).toMatch(/overwrite them: A_PREVIOUS/);
});

const ARGUMENTS = ["undeclaredSecrets", "undeclaredVariables", "undeclaredBindings"] as const;

describe("a loss stops, is named, or is accepted, as the argument for its kind says", () => {
  test.each<readonly [string, string, string | undefined, string, RegExp, (typeof ARGUMENTS)[number]]>([
    [
      "a secret by another hand",
      "A:secret_text",
      "A:secret_text",
      "A:secret_text X:secret_text",
      /remove them: X \(secret_text\)/,
      "undeclaredSecrets",
    ],
    [
      "a secret under a name that is new here",
      "X:secret_text",
      "",
      "X:secret_text",
      /overwrite them: X \(secret_text\)/,
      "undeclaredSecrets",
    ],
    [
      "a secret under a new variable's name",
      "X:plain_text",
      "",
      "X:secret_text",
      /overwrite them: X \(secret_text\)/,
      "undeclaredSecrets",
    ],
    [
      "a secret under a name that was a variable",
      "X:secret_text",
      "X:plain_text",
      "X:secret_text",
      /overwrite them: X/,
      "undeclaredSecrets",
    ],
    [
      "a secret that was inherited so far",
      "X:secret_text",
      "X:inherit",
      "X:secret_text",
      /overwrite them: X/,
      "undeclaredSecrets",
    ],
    [
      "a key under a name that is new here",
      "X:secret_text",
      "",
      "X:secret_key",
      /overwrite them: X \(secret_key\)/,
      "undeclaredSecrets",
    ],
    [
      "a secret that a renamed one replaces",
      "X:inherit:A",
      "A:secret_text",
      "A:secret_text X:secret_text",
      /overwrite them: X/,
      "undeclaredSecrets",
    ],
    [
      "a secret in a Worker that is taken over",
      "X:secret_text",
      undefined,
      "X:secret_text",
      /overwrite them: X/,
      "undeclaredSecrets",
    ],
    [
      "a binding to a Secrets Store",
      "",
      "",
      "X:secrets_store_secret",
      /remove them: X \(secrets_store_secret\)/,
      "undeclaredSecrets",
    ],
    [
      "a variable by another hand",
      "",
      "",
      "X:plain_text=1",
      /remove them: X \(plain_text\)/,
      "undeclaredVariables",
    ],
    [
      "a JSON variable by another hand",
      "",
      "",
      "X:json=[1]",
      /remove them: X \(json\)/,
      "undeclaredVariables",
    ],
    [
      "another kind of binding",
      "",
      "",
      "X:kv_namespace",
      /remove them: X \(kv_namespace\)/,
      "undeclaredBindings",
    ],
    [
      "a variable that another hand changed",
      "X:plain_text=3",
      "X:plain_text=1",
      "X:plain_text=2",
      /overwrite them: X \(plain_text\)/,
      "undeclaredVariables",
    ],
    [
      "a JSON variable that another hand changed",
      "X:json=[1]",
      "X:json=[1]",
      "X:json=[2]",
      /overwrite them: X \(json\)/,
      "undeclaredVariables",
    ],
    [
      "a variable under a name that is new here",
      "X:plain_text=1",
      "",
      "X:plain_text=2",
      /overwrite them: X/,
      "undeclaredVariables",
    ],
    [
      "a variable under a new secret's name",
      "X:secret_text",
      "",
      "X:plain_text",
      /overwrite them: X \(plain_text\)/,
      "undeclaredVariables",
    ],
    [
      "a variable that was inherited so far",
      "X:plain_text=1",
      "X:inherit",
      "X:plain_text=2",
      /overwrite them: X/,
      "undeclaredVariables",
    ],
    [
      "another kind of binding under a new secret's name",
      "X:secret_text",
      "",
      "X:kv_namespace",
      /overwrite them: X \(kv_namespace\)/,
      "undeclaredBindings",
    ],
  ])("%s", (_, declared, before, live, expected, argument) => {
    const verdict = (choices: Situation["choices"]) =>
      judge(situation(declared, before, read(live), choices));
    const others = Object.fromEntries(
      ARGUMENTS.filter((other) => other !== argument).map((other) => [other, "delete"]),
    );
    expect(verdict(others).refusal).toMatch(expected);
    expect(verdict({ [argument]: "error" }).refusal).toMatch(expected);
    expect(verdict({}).refusal).toContain(`${argument}: "delete"`);
    const warned = verdict({ [argument]: "warn" });
    expect(warned.refusal).toBeUndefined();
    expect(warned.notes).toContainEqual({
      severity: "warn",
      message: expect.stringMatching(expected) as string,
    });
    const accepted = verdict({ [argument]: "delete" });
    expect(accepted.refusal).toBeUndefined();
    expect(accepted.notes.map(({ message }) => message).join()).not.toMatch(expected);
  });

  test("one error lists the losses of all kinds, and for each the ways on", () => {
    const live = read("A:secret_text B:kv_namespace C:plain_text D:secret_text E:plain_text=1 F:json=[1]");
    const { refusal } = judge(situation("D:secret_text E:plain_text=2 F:secret_text", "", live));
    expect(refusal?.split("\n")).toEqual([
      expect.stringMatching(/remove them: A \(secret_text\), B \(kv_namespace\), C \(plain_text\)\.$/),
      '  - To keep them: inheritedSecrets: ["A","B","C"]',
      '  - To remove A: undeclaredSecrets: "delete"',
      '  - To remove B: undeclaredBindings: "delete"',
      '  - To remove C: undeclaredVariables: "delete"',
      '    ("warn" does the same, and names them)',
      expect.stringMatching(/overwrite them: D \(secret_text\), E \(plain_text\), F \(json\)\.$/),
      '  - To keep what is live: inheritedSecrets: ["D","E","F"], and remove the other declaration',
      "  - To keep the live value of E, F in the program: declare it as the dashboard shows it",
      '  - To overwrite D: undeclaredSecrets: "delete" for one `pulumi up`',
      '  - To overwrite E, F: undeclaredVariables: "delete" for one `pulumi up`',
      expect.stringMatching(/"warn" does the same.*an earlier deploy of this program failed after its/),
      expect.stringMatching(/the values may be its own/),
    ]);
  });

  test("a secret's live value cannot be declared, because the dashboard does not show it", () => {
    const { refusal } = judge(situation("A:secret_text", "", read("A:secret_text")));
    expect(refusal).toMatch(/overwrite them: A/);
    expect(refusal).not.toMatch(/as the dashboard shows it/);
  });

  test("only the kinds that stop are in the error, and only the kinds that warn in the warning", () => {
    const live = read("A:secret_text B:kv_namespace C:plain_text");
    const choices = { undeclaredVariables: "warn", undeclaredBindings: "delete" } as const;
    const { refusal, notes } = judge(situation("", "", live, choices));
    expect(refusal).toMatch(/remove them: A \(secret_text\)\.\n/);
    expect(refusal).not.toMatch(/undeclaredVariables|undeclaredBindings/);
    expect(notes).toEqual([
      { severity: "warn", message: expect.stringMatching(/remove them: C \(plain_text\)\.\n/) as string },
    ]);
  });

  test("a secret that only a version of a rollback or a gradual deployment has is live too", () => {
    expect(
      judge(situation("A:secret_text", "A:secret_text", read("A:secret_text", "OLD:secret_text"))).refusal,
    ).toMatch(/remove them: OLD/);
    expect(judge(situation("A:secret_text", "", read("", "A:secret_text"))).refusal).toMatch(
      /overwrite them: A/,
    );
  });
});

test.each([
  [
    "what is declared and was deployed",
    "A:secret_text B:plain_text",
    "A:secret_text B:plain_text",
    "A:secret_text B:plain_text",
  ],
  ["an ordinary removal", "", "A:secret_text", "A:secret_text"],
  ["a variable that becomes a secret", "A:secret_text", "A:plain_text", "A:plain_text"],
  ["a variable that the program changes", "A:plain_text=2", "A:plain_text=1", "A:plain_text=1"],
  ["a JSON variable that the program changes", "A:json=[2]", "A:json=[1]", "A:json=[1]"],
  [
    "a variable that another hand set to what is declared",
    "A:plain_text=2",
    "A:plain_text=1",
    "A:plain_text=2",
  ],
  ["the same value as another type of variable", 'A:plain_text="1"', "", 'A:json="1"'],
  ["a variable whose live value is not known", "A:plain_text=1", "", "A:plain_text"],
  ["a variable whose declared value is not known", "A:plain_text", "A:plain_text=1", "A:plain_text=2"],
  ["another kind of binding, which is compared by type", "A:kv_namespace", "", "A:kv_namespace"],
  ["a variable that is inherited", "A:inherit", "", "A:plain_text=1"],
  ["a variable that is inherited under another name", "B:inherit:A A:plain_text=2", "", "A:plain_text=1"],
  ["a secret that is inherited", "A:inherit", "", "A:secret_text"],
  ["a secret that is inherited and renamed", "NEW:inherit:A", "", "A:secret_text"],
  ["a new secret", "A:secret_text", "", ""],
])("%s is not mentioned", (_, declared, before, live) => {
  const { refusal, notes } = judge(situation(declared, before, read(live)));
  expect([refusal, notes]).toEqual([undefined, []]);
});

test("the value that a variable has in a rollback does not stop the next change", () => {
  for (const rolledBack of ["A:plain_text=1", "A:json=1"]) {
    const live = read("A:plain_text=2", rolledBack);
    expect(judge(situation("A:plain_text=3", "A:plain_text=2", live)).refusal).toBeUndefined();
  }
});

describe("a secret to inherit must be in the newest upload", () => {
  test.each([
    ["A:inherit B:inherit", "C:inherit", "", "", /inheritedSecrets: A, B are not on the Worker "script_1"/],
    ["A:inherit", "", "", "A:secret_text", /inheritedSecrets: A is not on the Worker/],
    ["NEW:inherit:A", "", "NEW:secret_text", "", /inheritedSecrets: A is not on .*take oldName out/],
  ])("%s", (declared, before, latest, alsoServing, expected) => {
    const verdict = judge(
      situation(declared, before, read(latest, alsoServing), { undeclaredSecrets: "delete" }),
    );
    expect(verdict.refusal).toMatch(expected);
  });

  test("a Worker that does not exist has nothing to inherit", () => {
    expect(judge(situation("A:inherit", undefined, { kind: "absent" })).refusal).toMatch(
      /inheritedSecrets: A is not on/,
    );
    expect(judge(situation("A:secret_text", undefined, { kind: "absent" })).refusal).toBeUndefined();
  });
});

test("a secret that was removed by other means is said to come back", () => {
  const { notes, absent } = judge(situation("A:secret_text B:secret_text", "A:secret_text", read("")));
  expect(notes).toEqual([
    { severity: "info", message: expect.stringMatching(/^A is removed .* by other means/) as string },
  ]);
  expect(absent).toEqual(["B"]);
});

test("a secret that is no longer inherited is named, unless it may be deleted", () => {
  const notes = (undeclaredSecrets: "error" | "warn" | "delete") =>
    judge(
      situation("", "A:inherit B:inherit GONE:inherit", read("A:secret_text B:plain_text"), {
        undeclaredSecrets,
        undeclaredVariables: "delete",
      }),
    ).notes;
  const named = [
    { severity: "warn", message: expect.stringMatching(/^A is no longer in inheritedSecrets/) as string },
  ];
  expect([notes("error"), notes("warn"), notes("delete")]).toEqual([named, named, []]);
});

test.each<[string, Seen, string | undefined, Situation["choices"], RegExp | undefined, RegExp | undefined]>([
  [
    "a Worker that the stack does not have",
    { kind: "foreign" },
    undefined,
    {},
    /live in this account, and a deploy would create it over/,
    undefined,
  ],
  [
    "a Worker that was removed",
    { kind: "absent" },
    "A:secret_text",
    {},
    undefined,
    /was removed by other means/,
  ],
  [
    "an unreadable Worker",
    { kind: "unreadable", reason: "403" },
    "",
    {},
    /could not be read\. A deploy would remove what/,
    undefined,
  ],
  [
    "a token that Cloudflare refuses",
    {
      kind: "unreadable",
      reason: '403 Forbidden {"errors":[{"code":9109,"message":"Invalid access token"}]}',
    },
    "",
    {},
    /Nothing was sent to Cloudflare\.\n.*If it has expired.*\n.*CLOUDFLARE_API_TOKEN/,
    undefined,
  ],
  [
    "an unreadable account",
    { kind: "unreadable", reason: "403" },
    undefined,
    {},
    /A deploy would overwrite a Worker/,
    undefined,
  ],
  [
    "an unreadable Worker, accepted",
    { kind: "unreadable", reason: "403" },
    "",
    { unreadableWorker: "warn" },
    undefined,
    /could not be read.*\(403\)/,
  ],
  [
    "a Worker that is taken over",
    read("B:plain_text A:secret_text"),
    undefined,
    { undeclaredSecrets: "delete", undeclaredVariables: "delete" },
    undefined,
    /takes the live Worker "script_1" over.*use aliases/,
  ],
  ["a provider without deployments", read("", null), "", {}, undefined, /does not say which version/],
  [
    "a rollback",
    { ...read(""), split: "version 1 (100 %)" } as Seen,
    "",
    {},
    undefined,
    /but version 1 \(100 %\)/,
  ],
])("%s", (_, seen, before, choices, refusal, note) => {
  const verdict = judge(situation("A:secret_text", before, seen, choices));
  expect(verdict.refusal ?? "").toMatch(refusal ?? /^$/);
  expect(verdict.notes.map(({ message }) => message).join()).toMatch(note ?? /^$/);
});

describe("a deploy without values", () => {
  const judged = (declared: string, before: string | undefined, latest: string) =>
    judge(situation(declared, before, read(latest)));
  const said = ({ notes }: ReturnType<typeof judge>) => notes.map(({ message }) => message).join("\n");

  test.each([
    ["after a deploy with values", "A:secret_text"],
    ["after another one without", "A:kept"],
    ["of a secret that this stack has never deployed", ""],
  ])("keeps what is live, and says so: %s", (_, before) => {
    const verdict = judged("A:kept", before, "A:secret_text");
    expect(verdict.refusal).toBeUndefined();
    expect(said(verdict)).toBe('No value is sent: the Worker "script_1" keeps those that it has for A.');
  });

  test.each([
    ["is not there", ""],
    ["is a variable", "A:plain_text=1"],
    ["is a key", "A:secret_key"],
  ])("stops if the secret %s, and announces no repair", (_, latest) => {
    const verdict = judged("A:kept B:kept", "A:kept B:kept", `B:secret_text ${latest}`);
    expect(verdict.refusal).toMatch(/does not have A as a secret .*WORKER_SECRET_VALUES=send pulumi up/);
    expect(said(verdict)).not.toMatch(/puts it back/);
  });

  test("stops if there is no Worker", () => {
    const verdict = judge(situation("A:kept", undefined, { kind: "absent" }));
    expect(verdict.refusal).toMatch(/does not have A as a secret/);
  });

  test("removes what is no longer declared, and nothing by another hand", () => {
    expect(judged("A:kept", "A:kept B:kept", "A:secret_text B:secret_text").refusal).toBeUndefined();
    expect(judged("A:kept", "A:kept", "A:secret_text X:secret_text").refusal).toMatch(/remove them: X/);
  });

  test("is followed by one with values, which is no loss and is announced", () => {
    const verdict = judged("A:secret_text", "A:kept", "A:secret_text");
    expect(verdict.refusal).toBeUndefined();
    expect(said(verdict)).toMatch(/^The values of A are sent; the last deploy .* kept what was live\.$/);
  });
});
