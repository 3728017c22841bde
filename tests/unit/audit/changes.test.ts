import { ageOf } from "../../../commands/audit/age";
import { changeOf, type Records } from "../../../commands/audit/changes";
import type { FoundSecret } from "../../../commands/audit/compare";
import type { Edits } from "../../../commands/audit/edits";
import type { Live, Version } from "../../../kit/live/read-live";
import { Notes } from "../../../kit/notes";
import { deployedWorker, FIRST, LATER } from "../../support/deployed-worker";

function secret(
  source: string,
  more: Partial<FoundSecret> & { created?: string; type?: string } = {},
): FoundSecret {
  const { created, type = "secret_text", ...rest } = more;
  const declared = { binding: "KEY", type, created };
  return { worker: deployedWorker(), binding: "KEY", source, state: "live", declared, ...rest };
}

describe("the last change", () => {
  const notes = new Notes();
  const commit = { by: "Ada", at: FIRST };

  test("is the commit for a value of the stack's config", () => {
    const expected = { earliest: FIRST, latest: FIRST, by: "Ada", recordedIn: "git" };
    expect(changeOf(secret("config:key"), { history: () => commit }, notes)).toEqual(expected);
  });

  test("is between the first deploy and the last upload for any other value", () => {
    const expected = { earliest: FIRST, latest: LATER, recordedIn: "pulumi" };
    expect(changeOf(secret("unknown", { created: FIRST }), {}, notes)).toEqual(expected);
    // The key is not in the file.
    const history = () => undefined;
    expect(changeOf(secret("config:key", { created: FIRST }), { history }, notes)).toEqual(expected);
  });

  test("is the date of the version in the source, unless an older upload serves", () => {
    const version = { id: "7", created: "2026-02-10T00:00:00.000Z", by: "ada" };
    const declared = { binding: "KEY", type: "secret_text", created: FIRST, version };
    const found = secret("vault:secret/shop#key", { declared });
    const exact = { earliest: version.created, latest: version.created, recordedIn: "source" };
    expect(changeOf(found, {}, notes)).toEqual({ ...exact, by: "ada" });
    const unsigned = { ...declared, version: { ...version, by: undefined } };
    expect(changeOf({ ...found, declared: unsigned }, {}, notes)).toEqual(exact);
    const uploaded = (id: string, created: string): Version => ({ id, created, bindings: new Map() });
    const rolledBack = (to: string): Live => ({ serving: [uploaded("1", to)], latest: uploaded("2", LATER) });
    const before = { live: rolledBack("2026-02-01T00:00:00.000Z") };
    expect(changeOf(found, before, notes).recordedIn).toBe("pulumi");
    const after = { live: rolledBack("2026-02-20T00:00:00.000Z") };
    expect(changeOf(found, after, notes)).toEqual({ ...exact, by: "ada" });
  });

  test("is the upload if there was only one, although the deploy is recorded a moment later", () => {
    const expected = { earliest: LATER, latest: LATER, recordedIn: "pulumi" };
    const created = "2026-03-01T00:00:00.042Z";
    expect(changeOf(secret("unknown", { created }), {}, notes)).toEqual(expected);
  });

  test("has no beginning for a secret without a resource of its own", () => {
    const key = secret("unknown", { type: "secret_key" });
    expect(changeOf(key, {}, notes)).toEqual({ latest: LATER, recordedIn: "pulumi" });
  });

  const edits = (...made: [string, string?][]): Edits => ({
    edits: made.map(([at, by]) => ({ at, by })),
    complete: true,
  });
  const inherited = secret("inherited", { type: "inherit" });

  test.each<[string, Edits, object]>([
    ["one edit", edits([LATER, "ada"]), { earliest: LATER, latest: LATER, by: "ada" }],
    [
      "edits by one person",
      edits([LATER, "ada"], [FIRST, "ada"]),
      { earliest: FIRST, latest: LATER, by: "ada" },
    ],
    ["edits by two people", edits([LATER, "ada"], [FIRST, "bob"]), { earliest: FIRST, latest: LATER }],
    ["the end of an incomplete list", { ...edits([LATER, "ada"]), complete: false }, { latest: LATER }],
  ])("by hand is as exact as Cloudflare's records: %s", (_, list, expected) => {
    const change = { ...expected, recordedIn: "cloudflare" };
    expect(changeOf(inherited, { edits: list }, notes)).toEqual(change);
    const undeclared = secret("unknown", { declared: undefined, state: "undeclared" });
    expect(changeOf(undeclared, { edits: list }, notes)).toEqual(change);
  });

  test.each<[string, FoundSecret, Edits | undefined]>([
    ["Cloudflare was not asked", inherited, undefined],
    ["no secret was edited", inherited, edits()],
    [
      "it may have come with the deploy",
      secret("unknown", { declared: undefined, state: "unknown" }),
      edits([LATER]),
    ],
    ["the value is in Secrets Store", secret("secrets-store:s/key", { created: FIRST }), edits([LATER])],
    ["there is no history of the config", secret("config:key", { created: FIRST }), edits([LATER])],
  ])("is unknown if %s", (_, found, list) => {
    expect(changeOf(found, { edits: list }, notes)).toEqual({ recordedIn: "unknown" });
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
    // The clocks of two machines may differ a little; a date beyond that cannot be true.
    [exact("2026-04-01T12:04:00.000Z"), 31, { age: 0, overdue: false }],
    [exact("2026-04-01T12:06:00.000Z"), 31, { overdue: "unknown" }],
    [exact("2027-04-01T00:00:00.000Z"), undefined, { overdue: false }],
    [{ ...between, latest: "2027-04-01T00:00:00.000Z" }, 90, { overdue: "unknown" }],
  ])("of %j with maxAge %s", (change, maxAge, expected) => {
    expect(ageOf(change, maxAge, now)).toEqual(expected);
  });
});

describe("a committed change counts only once it is deployed:", () => {
  const grace = (at: string) => ({ by: "Grace", at });
  const told = (records: Records, of: FoundSecret = secret("config:key", { created: FIRST })) => {
    const notes = new Notes();
    const change = changeOf(of, records, notes);
    return { change, notes: notes.sentences().join() };
  };
  const byGit = (at: string) => ({
    change: { earliest: at, latest: at, by: "Grace", recordedIn: "git" },
    notes: "",
  });
  const AFTER = "2026-03-01T00:06:00.000Z";

  test("yes if it is older than the last upload, or newer by no more than clocks differ", () => {
    for (const at of [FIRST, LATER, "2026-03-01T00:04:00.000Z"]) {
      expect(told({ history: () => grace(at) })).toEqual(byGit(at));
    }
    const unknown = secret("config:key", { worker: deployedWorker({ uploaded: undefined }) });
    expect(told({ history: () => grace(AFTER) }, unknown)).toEqual(byGit(AFTER));
  });

  test("no if it is newer: the age is that of the uploaded value", () => {
    const { change, notes } = told({ history: () => grace(AFTER) });
    expect(change).toEqual({ earliest: FIRST, latest: LATER, recordedIn: "pulumi" });
    expect(notes).toMatch(/^The config was changed after what is live was deployed: key \(prod\)\./);
  });

  test("yes if it is newer but a later update had nothing to upload", () => {
    const history = () => grace(AFTER);
    expect(told({ history, updated: "2026-03-02T00:00:00.000Z" })).toEqual(byGit(AFTER));
    expect(told({ history, updated: FIRST }).change.recordedIn).toBe("pulumi");
  });

  test("no if the commit's date cannot be true", () => {
    const { change, notes } = told({ history: () => "impossible" });
    expect(change).toEqual({ recordedIn: "unknown" });
    expect(notes).toMatch(/^The commit's date cannot be true.*: key \(prod\)\.$/);
  });

  test("during a rotation the value changed with the deploy of its previous value", () => {
    const rotated = "2026-02-01T00:00:00.000Z";
    const declared = [{ binding: "KEY_PREVIOUS", type: "secret_text", created: rotated }];
    const rotating = secret("config:key", { created: FIRST, worker: deployedWorker({ declared }) });
    expect(told({ history: () => grace(AFTER) }, rotating).change).toEqual({
      earliest: rotated,
      latest: LATER,
      recordedIn: "pulumi",
    });
  });

  const version = (id: string, created: string): Version => ({ id, created, bindings: new Map() });
  const ROLLED_BACK: Live = {
    serving: [version("1", "2026-02-01T00:00:00.000Z")],
    latest: version("2", "2026-02-28T23:59:58.000Z"),
  };

  test("no if a rollback restored the version before it", () => {
    const { change } = told({ history: () => grace("2026-02-20T00:00:00.000Z"), live: ROLLED_BACK });
    expect(change).toEqual({ earliest: FIRST, latest: "2026-02-01T00:00:00.000Z", recordedIn: "pulumi" });
    expect(told({ history: () => grace(FIRST), live: ROLLED_BACK })).toEqual(byGit(FIRST));
    // First deployed after that version but present in it, so it was put by hand.
    const later = secret("config:key", { created: "2026-02-20T00:00:00.000Z" });
    expect(told({ history: () => grace(LATER), live: ROLLED_BACK }, later).change).toEqual({
      latest: "2026-02-01T00:00:00.000Z",
      recordedIn: "pulumi",
    });
  });

  test("no if part of the traffic still goes to the version before it", () => {
    const { serving = [], latest } = ROLLED_BACK;
    const both = { serving: [...serving, latest].filter((one) => one !== undefined), latest };
    expect(told({ history: () => grace("2026-02-20T00:00:00.000Z"), live: both }).change.latest).toBe(
      "2026-02-01T00:00:00.000Z",
    );
  });

  test("yes if the latest version is another tool's and not deployed", () => {
    const own = version("2", "2026-02-28T23:59:58.000Z");
    const live = { serving: [own], latest: version("3", "2026-03-02T00:00:00.000Z") };
    expect(told({ history: () => grace(LATER), live })).toEqual(byGit(LATER));
    expect(told({ history: () => grace(LATER), live: { ...live, latest: undefined } })).toEqual(byGit(LATER));
  });

  test("an edit by hand after the serving version does not count", () => {
    const edits = {
      edits: [
        { at: LATER, by: "bob" },
        { at: FIRST, by: "ada" },
      ],
      complete: true,
    };
    const inherited = secret("inherited", { type: "inherit" });
    expect(told({ edits, live: ROLLED_BACK }, inherited).change).toEqual({
      earliest: FIRST,
      latest: FIRST,
      by: "ada",
      recordedIn: "cloudflare",
    });
  });
});
