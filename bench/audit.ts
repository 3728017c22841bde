import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Report } from "../commands/audit/report";
import { bindings, type Fleet, fleetOf, SECRETS_A_WORKER, STORED } from "./fleet";
import { checkReport, makeProject, type Project } from "./fleet-project";
import { type Bench, type Case, interleave, type Sample, timed } from "./rounds";
import { rowsOf, type Section } from "./sections";
import { withWorld, type World } from "./world";

const ROUNDS = 2;
const ANSWER_MS = 50;
const SMALL = fleetOf(10);
const MEDIUM = fleetOf(100);
const LARGE = fleetOf(1000);
const BY_HAND = `pulumi stack export, ${LARGE.stacks.length} times`;

type Samples = ReadonlyMap<string, readonly Sample<"wall" | "requests">[]>;

export async function measureAudit(bench: Bench): Promise<Section[]> {
  return withWorld(
    bench,
    async (world) => {
      bench.progress(`making ${LARGE.name}`);
      const project = await makeProject(bench, world, [SMALL, MEDIUM, LARGE], LARGE);
      return sectionsOf(await measure(bench, world, project));
    },
    { intercept: answerForFleet },
  );
}

/** What the API answers about a Worker of the fleet, delayed as a network would. */
async function answerForFleet({ url }: Request): Promise<Response | undefined> {
  const [, asked = ""] = /\/worker-\d+\/(versions\/latest|deployments)$/.exec(url) ?? [];
  if (asked === "") return undefined;
  await delay(ANSWER_MS);
  const result =
    asked === "deployments" ? { deployments: [{ versions: [{ version_id: VERSION.id }] }] } : VERSION;
  return Response.json({ success: true, errors: [], messages: [], result });
}

/** The one version of each Worker. */
const VERSION = {
  id: randomUUID(),
  created_on: new Date().toISOString(),
  bindings: [
    ...bindings().map((name) => ({ name, type: "secret_text" })),
    { name: "SHARED", type: "secrets_store_secret" },
  ],
};

async function measure(bench: Bench, { takeTraffic }: World, project: Project): Promise<Samples> {
  const audit = (fleet: Fleet, ...args: string[]): Case<"wall" | "requests"> => ({
    name: [fleet.name, ...args].join(", "),
    run: async () => {
      takeTraffic();
      let printed = "";
      const wall = await timed(async () => (printed = await project.audit(fleet, args)));
      checkReport(JSON.parse(printed) as Report, fleet, args);
      return { wall, requests: takeTraffic().requests };
    },
  });
  return interleave(bench, ROUNDS, [
    audit(SMALL),
    audit(MEDIUM),
    audit(LARGE),
    audit(LARGE, "--offline"),
    audit(LARGE, "--compare"),
    { name: BY_HAND, run: async () => ({ wall: await timed(() => project.exportAll(LARGE)), requests: 0 }) },
  ]);
}

function sectionsOf(samples: Samples): Section[] {
  const audits = new Map(samples);
  audits.delete(BY_HAND);
  const againstSmall = { against: SMALL.name };
  const more = new Map([growth(samples, SMALL, MEDIUM), growth(samples, MEDIUM, LARGE)]);
  const [first = "", second = ""] = more.keys();
  const large = new Map([BY_HAND, LARGE.name].map((name) => [name, samples.get(name) ?? []]));
  return [
    { title: "Audit a fleet: wall time", legend: [], rows: rowsOf(audits, "wall", "ms", againstSmall) },
    {
      title: "Audit a fleet: requests to the API",
      legend: [],
      rows: rowsOf(audits, "requests", "requests", againstSmall),
    },
    {
      title: "Audit a fleet: wall time for each further Worker",
      legend: [],
      rows: rowsOf(more, "each", "ms", { against: first, goals: { [second]: 1.5 } }),
    },
    {
      title: "Audit a fleet: wall time, against reading its states by hand",
      legend: LEGEND,
      rows: rowsOf(large, "wall", "ms", { against: BY_HAND, goals: { [LARGE.name]: 2 } }),
    },
  ];
}

/** The cost of each further Worker from one fleet to a larger one, round by round. */
function growth(samples: Samples, from: Fleet, to: Fleet): [string, Sample<"each">[]] {
  const before = samples.get(from.name) ?? [];
  const after = samples.get(to.name) ?? [];
  const each = after.map(({ wall }, round) => ({
    each: (wall - (before[round]?.wall ?? NaN)) / (to.workers - from.workers),
  }));
  return [`from ${from.workers} to ${to.workers.toLocaleString("en")} Workers`, each];
}

const LEGEND = [
  "A row is npm run audit -- --json as a process of its own, from node with tsx to its end, on stacks of at most 20",
  `Workers with ${SECRETS_A_WORKER} secrets each, whose config is in ten commits of git. Each is also bound to one of the ${STORED.length} secrets of`,
  "a Secrets Store, which is in a stack of its own. One Worker was deployed; the others are copies in",
  "the states under other names, each secret with a value of its own, encrypted by Pulumi with a passphrase, which only",
  `--compare has. None of them runs: the API answers for them after ${ANSWER_MS} ms, as over a network. Each run is checked to have`,
  "seen all Workers and secrets of its fleet. The states lie in a file backend, so most of the time is the Pulumi CLI's,",
  "which starts once a stack. That is why the last table compares with the same exports one after the other: a script by",
  "hand begins with them, and has then asked neither Cloudflare nor git. The goals: the audit of 1,000 Workers takes at",
  "most twice as long as that, and a Worker more costs a large fleet about what it costs a small one.",
];
