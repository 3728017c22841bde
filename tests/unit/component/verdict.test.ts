import {
  type Binding,
  judge,
  type Seen,
  type Situation,
} from "../../../component/worker-script/live/verdict";

/** `"KEY:secret_text NEW:inherit:OLD"`, short for bindings of these names, types and old names. */
function bindings(text: string): Binding[] {
  return text.split(" ").flatMap((item) => {
    const [name = "", type = "", oldName] = item.split(":");
    return name === "" ? [] : [{ name, type, oldName }];
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

describe("a loss stops, is named, or is accepted, as undeclaredSecrets says", () => {
  test.each([
    [
      "a secret by another hand",
      "A:secret_text",
      "A:secret_text",
      "A:secret_text X:secret_text",
      /remove them: X \(secret_text\)/,
    ],
    ["another kind of binding", "", "", "X:kv_namespace", /remove them: X \(kv_namespace\)/],
    [
      "a secret under a name that is new here",
      "X:secret_text",
      "",
      "X:secret_text",
      /overwrite them: X \(secret_text\)/,
    ],
    [
      "a secret under a new variable's name",
      "X:plain_text",
      "",
      "X:secret_text",
      /overwrite them: X \(secret_text\)/,
    ],
    [
      "a secret under a name that was a variable",
      "X:secret_text",
      "X:plain_text",
      "X:secret_text",
      /overwrite them: X/,
    ],
    [
      "a secret that was inherited so far",
      "X:secret_text",
      "X:inherit",
      "X:secret_text",
      /overwrite them: X/,
    ],
    [
      "a key under a name that is new here",
      "X:secret_text",
      "",
      "X:secret_key",
      /overwrite them: X \(secret_key\)/,
    ],
    [
      "a secret that a renamed one replaces",
      "X:inherit:A",
      "A:secret_text",
      "A:secret_text X:secret_text",
      /overwrite them: X/,
    ],
    [
      "a secret in a Worker that is taken over",
      "X:secret_text",
      undefined,
      "X:secret_text",
      /overwrite them: X/,
    ],
  ] as const)("%s", (_, declared, before, live, expected) => {
    const verdict = (choices: Situation["choices"]) =>
      judge(situation(declared, before, read(live), choices));
    expect(verdict({}).refusal).toMatch(expected);
    expect(verdict({ undeclaredSecrets: "error" }).refusal).toMatch(expected);
    const warned = verdict({ undeclaredSecrets: "warn" });
    expect(warned.refusal).toBeUndefined();
    expect(warned.notes).toContainEqual({
      severity: "warn",
      message: expect.stringMatching(expected) as string,
    });
    const accepted = verdict({ undeclaredSecrets: "delete" });
    expect(accepted.refusal).toBeUndefined();
    expect(accepted.notes.map(({ message }) => message).join()).not.toMatch(expected);
  });

  test("both ways on are shown, for what is removed and for what is overwritten", () => {
    const { refusal } = judge(
      situation("B:secret_text", "", read("A:secret_text B:secret_text C:secret_text")),
    );
    expect(refusal).toMatch(/To keep them: inheritedSecrets: \["A","C"\][^]*undeclaredSecrets: "delete"/);
    expect(refusal).toMatch(
      /To keep the live values: inheritedSecrets: \["B"\][^]*undeclaredSecrets: "delete" for one `pulumi up`[^]*an earlier deploy of this program failed after its upload/,
    );
  });

  test("a secret that only a version of a rollback or a gradual deployment has is live too", () => {
    expect(
      judge(situation("A:secret_text", "A:secret_text", read("A:secret_text", "OLD:secret_text"))).refusal,
    ).toMatch(/remove them: OLD/);
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
  ["a variable by another hand, which is not a secret", "A:plain_text", "", "A:plain_text"],
  ["a secret that is inherited", "A:inherit", "", "A:secret_text"],
  ["a secret that is inherited and renamed", "NEW:inherit:A", "", "A:secret_text"],
  ["a new secret", "A:secret_text", "", ""],
])("%s is not mentioned", (_, declared, before, live) => {
  const { refusal, notes } = judge(situation(declared, before, read(live)));
  expect([refusal, notes]).toEqual([undefined, []]);
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
    judge(situation("", "A:inherit GONE:inherit", read("A:secret_text"), { undeclaredSecrets })).notes;
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
    /could not be read\. A deploy would remove secrets/,
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
    read("B:plain_text A:inherit"),
    undefined,
    { undeclaredSecrets: "delete" },
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
