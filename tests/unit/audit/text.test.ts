import stringWidth from "string-width";
import { configLines } from "../../../commands/audit/config-history";
import { originsOf } from "../../../commands/audit/git";
import { Notes } from "../../../kit/notes";
import type { AuditedSecret, Report } from "../../../commands/audit/report";
import { table } from "../../../commands/audit/table";
import { noneNamed, usesOf } from "../../../commands/audit/uses";

const CONFIG = `# p:key: of old
encryptionsalt: v1:x
config:
  # p:key is nice
  p:key-longer:
    secure: v1:one
  p:key:
    # the ciphertext
    secure: v1:two # rotated by hand

  # after it
  "p:quoted": { secure: v1:three }
  p:plain: text
  p:folded:
    secure: >-
      v1:
      four
  p:object:
    inner:
      secure: v1:five
    list: [1,
      2]
  other:key: 1
  bare:
    secure: v1:six
  p:nothing:
  p:empty: {}
  p:anchor:
    secure: &value v1:seven
  p:alias:
    secure: *value
  p:loop: &loop [*loop]
  other:my.db:
    part: text
`;

test.each([
  ["key", [9]],
  ["key-longer", [6]],
  ["quoted", [12]],
  ["plain", [13]],
  ["folded", [15, 16, 17]],
  ["object", [20, 21, 22]],
  ["other:key", [23]],
  ["bare", [25]],
  ["nothing", [26]],
  ["empty", [27]],
  ["anchor", [29]],
  ["alias", [31, 29]],
  ["loop", [32]],
  ["object.inner", [20]],
  ['["object"].inner', [20]],
  ["p:object.list[1]", [22]],
  ["object.inner.of-the-encrypted", [20]],
  ["object.not-there", undefined],
  ["object.list[0", undefined],
  ["plain.part", [13]],
  ['other:["my.db"].part', [34]],
  ["__proto__", undefined],
  ["not-there", undefined],
])("the value of %s is on the lines %j", (key, lines) => {
  expect(configLines(CONFIG, "p")(key)).toEqual(lines);
  expect(configLines(CONFIG.replaceAll("\n", "\r\n"), "p")(key)).toEqual(lines);
});

test.each(["", "config:\n", "config: [1]\n", "encryptionsalt: v1:x\n"])("%j has no value", (text) => {
  expect(configLines(text, "p")("key")).toBeUndefined();
});

test("a config that is not valid YAML is not quoted", () => {
  expect(() => configLines("config: {canary\n", "p")).toThrow(/^it is not valid YAML$/);
});

const HASH = "1".repeat(40);
const blamed = (hash: string, headers: string) =>
  `${hash} 1 1 1\nauthor Ada  Lovelace\nauthor-mail <ada@example.com>\nauthor-time 1700000000\n` +
  `author-tz +0100\ncommitter Bob\ncommitter-time 1700000000\nsummary author Mallory\n` +
  `${headers}filename Pulumi.prod.yaml\n\tauthor Eve\n`;

test("a line has the author and time of its commit, whatever its text", () => {
  const ada = { by: "Ada  Lovelace", at: "2023-11-14T22:13:20.000Z" };
  const porcelain = blamed(HASH, "") + blamed(HASH, "boundary\n") + blamed("0".repeat(40), "");
  expect(originsOf(porcelain, false)).toEqual([ada, ada, "uncommitted"]);
  expect(originsOf(porcelain, true)).toEqual([ada, "left out", "uncommitted"]);
  expect(originsOf(blamed("0".repeat(64), ""), false)).toEqual(["uncommitted"]);
  expect(originsOf("", false)).toEqual([]);
});

test.each([
  ["before the commit, which was rebased", 1_600_000_000, 1_700_000_000, "2020-09-13T12:26:40.000Z"],
  [
    "a little after the commit, by another machine's clock",
    1_700_000_100,
    1_700_000_000,
    "2023-11-14T22:15:00.000Z",
  ],
  ["long after the commit", 1_700_001_000, 1_700_000_000, undefined],
  ["in the future, like the commit's", 1_900_000_000, 1_900_000_000, undefined],
  ["not a number", "x", 1_700_000_000, undefined],
])("an author's date that is %s", (_, authored, committed, at) => {
  const porcelain = blamed(HASH, "")
    .replace("author-time 1700000000", `author-time ${authored}`)
    .replace("committer-time 1700000000", `committer-time ${committed}`);
  const now = Date.parse("2025-01-01T00:00:00Z");
  expect(originsOf(porcelain, false, now)).toEqual([
    at === undefined ? "impossible" : { by: "Ada  Lovelace", at },
  ]);
});

function secret(binding: string, more: Partial<AuditedSecret> = {}): AuditedSecret {
  return {
    environment: "prod",
    accountId: "a",
    worker: "shop",
    binding,
    source: "config:key",
    state: "live",
    changed: { recordedIn: "unknown" },
    overdue: false,
    sharedWith: [],
    ...more,
  };
}

function report(...secrets: AuditedSecret[]): Report {
  return {
    project: "p",
    at: "2026-01-01T00:00:00.000Z",
    environments: ["prod"],
    secrets,
    notes: ["A note."],
  };
}

const day = (date: string) => `${date}T12:00:00.000Z`;

test("the table has a line for each secret, in columns, then the totals, then the notes", () => {
  const exact = {
    earliest: day("2026-01-01"),
    latest: day("2026-01-01"),
    by: "Ada",
    recordedIn: "git",
  } as const;
  const between = { earliest: day("2025-01-01"), latest: day("2026-01-01"), recordedIn: "pulumi" } as const;
  const until = { latest: day("2026-01-01"), recordedIn: "cloudflare" } as const;
  const shared = ["prod/shop/B", "prod/shop/C", "prod/shop/D", "prod/shop/E"];
  const printed = table(
    report(
      secret("A", { changed: exact, age: 12, maxAge: 90 }),
      secret("LONGER", { changed: between, age: 91, maxAge: 90, overdue: true, sharedWith: shared }),
      secret("C", {
        changed: between,
        age: 12,
        maxAge: 90,
        overdue: "unknown",
        sharedWith: shared.slice(0, 1),
      }),
      secret("D", { changed: until, age: 12, state: "undeclared" }),
      secret("E", { maxAge: 90, overdue: "unknown", state: "missing" }),
      secret("F", { state: "unknown", environment: "dev" }),
    ),
    false,
  );
  expect(printed.split("\n")).toEqual([
    "WORKER  ENVIRONMENT  BINDING  SOURCE      LAST CHANGED              DAYS             STATE       SHARED WITH",
    "shop    prod         A        config:key  2026-01-01 Ada            12/90            live",
    "shop    prod         LONGER   config:key  2025-01-01 to 2026-01-01  ≥91/90 overdue   live        prod/shop/B, prod/shop/C and 2 more",
    "shop    prod         C        config:key  2025-01-01 to 2026-01-01  ≥12/90 overdue?  live        prod/shop/B",
    "shop    prod         D        config:key  until 2026-01-01          ≥12              undeclared",
    "shop    prod         E        config:key  unknown                   ?/90 overdue?    missing",
    "shop    dev          F        config:key  unknown                                    unknown",
    "",
    "6 secrets of 1 Worker in 2 environments: 1 overdue, 2 perhaps overdue, 1 missing, 1 undeclared, 1 unknown",
    "- A note.",
  ]);
});

test("colours mark what needs doing, and only on request", () => {
  const found = [secret("A"), secret("B", { state: "missing" }), secret("C", { overdue: "unknown" })];
  const lines = table(report(...found), true).split("\n");
  expect(lines.map((line) => /^\u001b\[(\d+)m/.exec(line)?.[1])).toEqual([
    ...["1", undefined, "31", "33"],
    ...[undefined, "1", undefined],
  ]);
  expect(table(report(...found), false)).not.toContain("\u001b");
});

test("no name can move the cursor", () => {
  const changed = { latest: day("2026-01-01"), by: "Eve\u001b[2J\u202e\n", recordedIn: "git" } as const;
  const printed = table({ ...report(secret("A", { changed })), notes: ["\u009b2J"] }, false);
  expect(printed).toContain(String.raw`until 2026-01-01 Eve\u{1b}[2J\u{202e}\u{a}`);
  expect(printed).toContain(String.raw`- \u{9b}2J`);
});

test.each([
  ["CJK", "店", 2],
  ["a character outside the basic plane", "𠮷", 2],
  ["an emoji", "🚀", 2],
  ["an emoji of 2021", "🫠", 2],
  ["a flag", "🇨🇭", 2],
  ["a combining mark", "e\u0301", 1],
  ["a mark of another script", "ก็", 1],
])("columns are aligned after %s", (_, sign, width) => {
  const lines = table(report(secret("A", { worker: sign }), secret("A", { worker: "shop" })), false).split(
    "\n",
  );
  expect(lines.slice(1, 3)).toEqual([
    `${sign}${" ".repeat(8 - width)}prod         A        config:key  unknown             live`,
    "shop    prod         A        config:key  unknown             live",
  ]);
});

describe("on a terminal", () => {
  const changed = {
    earliest: day("2026-01-01"),
    latest: day("2026-01-01"),
    by: "Ada",
    recordedIn: "git",
  } as const;
  const wide = report(
    secret("MY_SECRET_NAME_KEY", {
      worker: "店店店店店店店店-prod",
      environment: "production",
      source: "secrets-store:0123456789abcdef/a-name",
      changed,
      age: 115,
      maxAge: 90,
      overdue: true,
      state: "undeclared",
      sharedWith: ["prod/shop/B"],
    }),
  );
  const shown = (columns: number) => table(wide, false, columns).split("\n").slice(0, 2);

  test("cells are cut to fit, the least important first", () => {
    expect(shown(140)[1]).toBe(
      "店店店店店店店店-prod  production   MY_SECRET_NAME_KEY  secrets-store:0123456789abcdef/…  2026-01-01 Ada  115/90 overdue  undeclared  prod/…",
    );
    expect(shown(100)).toEqual([
      "WORKER    ENVIRONMENT  BINDING             SOURCE    LAST CHANG…  DAYS            STATE       SHARE…",
      "店店店…   production   MY_SECRET_NAME_KEY  secrets…  2026-01-01…  115/90 overdue  undeclared  prod/…",
    ]);
  });

  test.each([200, 140, 100, 84, 80, 60])("of %i columns no line of the table is longer", (columns) => {
    for (const line of shown(columns)) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
  });

  test("the columns that say what needs doing are never cut", () => {
    expect(shown(20)[1]).toMatch(/ {2}115\/90 overdue {2}undeclared$/);
  });
});

test("a report without a secret is one line", () => {
  expect(table({ ...report(), notes: [] }, true)).toContain(
    "0 secrets of 0 Workers in 0 environments: nothing overdue, missing or undeclared",
  );
});

test("the uses of a name are its bindings, its sources and secrets with the same value", () => {
  const named = secret("A", { source: "config:other", sharedWith: ["prod/shop/C"] });
  const sourced = secret("B", { source: "config:A" });
  const whole = secret("D", { source: "op://vault/A" });
  const all = [named, sourced, secret("C"), whole, secret("AA", { source: "config:AA" })];
  const uses = (name: string) => usesOf(report(...all), name);
  expect(uses("A").secrets.map(({ binding }) => binding)).toEqual(["A", "B", "C"]);
  expect(uses("op://vault/A").secrets).toEqual([whole]);
  expect(uses("other").secrets).toEqual([named, all[2]]);
  expect(uses("config").secrets).toEqual([]);
  all.push(secret("X", { source: "config:A-previous" }), secret("D_PREVIOUS"));
  expect(uses("A").secrets.map(({ binding }) => binding)).toEqual(["A", "B", "C", "X"]);
  expect(uses("D").secrets.map(({ binding }) => binding)).toEqual(["D", "D_PREVIOUS"]);
  expect([uses("A").environments, uses("config").environments]).toEqual([["prod"], []]);
});

test("equal notes are merged into one with the first names", () => {
  const notes = new Notes();
  for (const name of ["g", "f", "e", "d", "c", "b", "a", "a"]) notes.add("Look at {}!", name);
  expect(notes.complete).toBe(true);
  notes.fail("The stack {} is $& locked.", "$1");
  expect(notes.complete).toBe(false);
  expect(notes.sentences()).toEqual(["Look at a, b, c, d, e and 2 more!", "The stack $1 is $& locked."]);
});

test("for an unknown name, the existing names are listed", () => {
  const names = noneNamed([
    secret("B"),
    secret("A", { source: "op://vault/a" }),
    secret("B", { source: "config:k" }),
  ]);
  expect(names).toBe("No secret has this name. The names are: A, B, k, key.");
  expect(noneNamed([])).toBe("No secret has this name. The names are: none.");
});
