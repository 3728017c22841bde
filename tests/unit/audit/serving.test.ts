import type { Live, Version } from "../../../kit/live/read-live";
import { Notes } from "../../../kit/notes";
import { noteServing, rolledBackTo, servedSince } from "../../../commands/audit/serving";

const UPLOADED = "2026-03-01T12:00:00.000Z";

/** A version whose id is its time on that day. */
const at = (time: string): Version => ({
  id: time,
  created: `2026-03-01T${time}.000Z`,
  bindings: new Map(),
});

function look(
  serving: string[] | undefined,
  latest: string | undefined,
  uploaded: string | undefined = UPLOADED,
) {
  const live: Live = { serving: serving?.map(at), latest: latest === undefined ? undefined : at(latest) };
  const notes = new Notes();
  const worker = {
    environment: "prod",
    accountId: "a",
    script: "shop",
    declared: [],
    recorded: "all",
  } as const;
  noteServing(live, { ...worker, uploaded }, notes);
  return {
    rolledBackTo: rolledBackTo(live, uploaded)?.slice(11, 19),
    servedSince: servedSince(live)?.slice(11, 19),
    clean: notes.complete,
    notes: notes.sentences().map((sentence) => sentence.split(" ").slice(0, 3).join(" ")),
  };
}

const OWN = "11:59:58";
const QUIET = { rolledBackTo: undefined, clean: true, notes: [] };
const BACK = { clean: false, notes: ["An older version"] };
const STAGED = { rolledBackTo: undefined, clean: true, notes: ["The latest version"] };

test.each<[string, string[] | undefined, string | undefined, object]>([
  ["the stack's own version", [OWN], OWN, { ...QUIET, servedSince: OWN }],
  ["a newer version of another tool", ["13:00:00"], "13:00:00", QUIET],
  [
    "the version before it",
    ["10:00:00"],
    OWN,
    { ...BACK, rolledBackTo: "10:00:00", servedSince: "10:00:00" },
  ],
  ["a version from seconds before it", ["11:59:50"], OWN, { ...BACK, rolledBackTo: "11:59:50" }],
  ["the version before it, and another tool's is the latest", ["10:00:00"], "13:00:00", BACK],
  ["its own, and another tool's is the latest", [OWN], "13:00:00", STAGED],
  ["another tool's, and a newer one of that tool is not deployed", ["13:00:00"], "14:00:00", STAGED],
  ["its own, and the latest is unknown", [OWN], undefined, QUIET],
  ["the version before it, and the latest is unknown", ["10:00:00"], undefined, BACK],
  ["unknown", undefined, OWN, { ...QUIET, servedSince: undefined }],
])("what serves is %s", (_, serving, latest, expected) => {
  expect(look(serving, latest)).toMatchObject(expected);
});

test("part of the traffic to an older version is a rollback, to a newer version it is not", () => {
  const older = look([OWN, "10:00:00"], OWN);
  expect(older).toEqual({
    rolledBackTo: "10:00:00",
    servedSince: "10:00:00",
    clean: false,
    notes: ["Several versions share", "An older version"],
  });
  expect(look(["13:00:00", OWN], "13:00:00")).toMatchObject({
    ...{ rolledBackTo: undefined, servedSince: OWN, clean: true },
    notes: ["Several versions share"],
  });
});

test("without a record of the stack's upload, a version other than the latest may be older", () => {
  const live: Live = { serving: [at("13:00:00")], latest: at("14:00:00") };
  expect(rolledBackTo(live, undefined)).toBe("2026-03-01T13:00:00.000Z");
  for (const unknown of ["absent", "unreadable", undefined] as const) {
    expect([rolledBackTo(unknown, UPLOADED), servedSince(unknown)]).toEqual([undefined, undefined]);
  }
});
