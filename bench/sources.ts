import type { PulumiFn } from "@pulumi/pulumi/automation";
import { WorkerScript } from "../component";
import type { SecretValue } from "../component/contract/secret-value";
import { type Bench, interleave, timed } from "./rounds";
import { rowsOf, type Section } from "./sections";
import { ANSWER_MS, type Source, startManagers } from "./source-managers";
import { ACCOUNT_ID, CONTENT, secrets } from "./worker-program";
import { withWorld, type World } from "./world";

const VALUES = Object.entries(secrets(200));
/** A Worker has at most 128 secrets, previous values included. */
const WORKERS = ["one", "two", "three", "four"].map((number) => `sources-${number}`);
const ROUNDS = 3;
const FROM_CONFIG = "deploy from the config";
const FROM_SOURCES = "deploy from the sources";
const IN_TURN = "the slowest source, then a deploy from the config (computed)";

export async function measureSources(bench: Bench): Promise<Section[]> {
  return withWorld(bench, async (world) => {
    const managers = await startManagers(VALUES);
    const { sources, takeRequests } = managers;
    const counted = async (run: () => Promise<number>) => {
      takeRequests();
      return { wall: await run(), requests: takeRequests() };
    };
    const managed = VALUES.map(
      ([name], index) =>
        () =>
          sourceOf(sources, index).read(name),
    );
    const configured = VALUES.map(([, text]) => () => ({ text, previous: `${text}before` }));
    const samples = await interleave(bench, ROUNDS, [
      ...sources.map((source) => ({
        name: `read ${source.name}`,
        run: () =>
          counted(() =>
            readAlone(
              bench,
              world,
              managed.filter((_, index) => sourceOf(sources, index) === source),
            ),
          ),
      })),
      { name: FROM_CONFIG, run: () => counted(() => deploy(bench, world, configured)) },
      { name: FROM_SOURCES, run: () => counted(() => deploy(bench, world, managed)) },
    ]);
    managers.close();
    const inTurn = (samples.get(FROM_CONFIG) ?? []).map(({ wall }, round) => {
      const reads = sources.map(({ name }) => samples.get(`read ${name}`)?.[round]?.wall ?? NaN);
      return { wall: wall + Math.max(...reads), requests: 0 };
    });
    const title = `${VALUES.length} secrets from ${sources.length} secrets managers`;
    return [
      {
        title: `${title}: wall time`,
        legend: [],
        rows: rowsOf(new Map([...samples, [IN_TURN, inTurn]]), "wall", "ms", {
          against: IN_TURN,
          goals: { [FROM_SOURCES]: 2 },
        }),
      },
      {
        title: `${title}: requests to them`,
        legend: [
          `Four Workers with a quarter of the secrets each, and one secret that all have. The managers are servers on this machine`,
          `that answer after ${ANSWER_MS} ms, as over a network; each has a version before of every secret, which is bound too. A`,
          `manager is read alone for its part of the secrets. ${world.provider.reason}`,
        ],
        rows: rowsOf(samples, "requests", "requests", { against: FROM_SOURCES }),
      },
    ];
  });
}

/** Each source has every so many-th secret. */
function sourceOf(sources: readonly Source[], index: number): Source {
  return sources[index % sources.length] as Source;
}

type Read = () => SecretValue;

/** The time until all values are there. */
async function readAlone({ signal }: Bench, { openStack }: World, reads: readonly Read[]): Promise<number> {
  let wall = NaN;
  const program: PulumiFn = async () => {
    wall = await timed(() => Promise.all(reads.map(async (read) => read().text)));
  };
  const stack = await openStack("sources-read", program);
  await stack.preview({ signal, program });
  return wall;
}

async function deploy({ signal }: Bench, world: World, reads: readonly Read[]): Promise<number> {
  const share = reads.length / WORKERS.length;
  const program: PulumiFn = () => {
    WORKERS.forEach((name, worker) => {
      const secretTextBindings = VALUES.flatMap(([binding], index) => {
        const isOwn = index === 0 || Math.floor(index / share) === worker;
        return isOwn ? [{ name: binding, ...(reads[index] as Read)() }] : [];
      });
      new WorkerScript(name, { accountId: ACCOUNT_ID, name, content: CONTENT, secretTextBindings });
    });
    return Promise.resolve({});
  };
  const stack = await world.openStack("sources", program);
  const wall = await timed(() => stack.up({ signal, program }));
  await stack.destroy({ signal });
  return wall;
}
