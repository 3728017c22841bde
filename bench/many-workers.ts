import * as fs from "node:fs";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { WorkerScript } from "../component";
import { type Bench, type Case, interleave, type Sample } from "./rounds";
import { rowsOf, type Section } from "./sections";
import { ACCOUNT_ID, CONTENT, secrets } from "./worker-program";
import { withWorld, type World } from "./world";

const ROUNDS = 2;
const SECRETS = 5;
/** How many Workers each stack has. */
const SPLITS: Readonly<Record<string, readonly number[]>> = {
  "one stack of 20 Workers": [20],
  "four stacks of 5": [5, 5, 5, 5],
};
const [TOGETHER = ""] = Object.keys(SPLITS);

const STEPS = {
  create: "Create 20 Workers with 5 secrets each, in one stack after the other",
  change: "Change one secret: up of the stack that has it",
  preview: "Preview all stacks when nothing has changed, one after the other",
} as const;
type Step = keyof typeof STEPS;
type Metric = `${Step}: ${"wall" | "cpu"}`;

export async function measureManyWorkers(bench: Bench): Promise<Section[]> {
  return withWorld(bench, async (world) => {
    const cases = Object.entries(SPLITS).map(([name, sizes], split) =>
      caseOf(bench, world, name, sizes, split),
    );
    const samples = await interleave<Metric>(bench, ROUNDS, cases);
    const compare = { against: TOGETHER };
    return (Object.keys(STEPS) as Step[]).flatMap((step): Section[] => [
      {
        title: `${STEPS[step]}: wall time`,
        legend: [],
        rows: rowsOf(samples, `${step}: wall`, "ms", compare),
      },
      {
        title: `${STEPS[step]}: CPU time of the engine`,
        legend: step === "preview" ? LEGEND.concat(world.provider.reason) : [],
        rows: rowsOf(samples, `${step}: cpu`, "ms", compare),
      },
    ]);
  });
}

function caseOf(
  { signal }: Bench,
  { openStack, deleteWorker }: World,
  name: string,
  sizes: readonly number[],
  split: number,
): Case<Metric> {
  return {
    name,
    run: async (round) => {
      const stacks: { readonly stack: Stack; readonly names: readonly string[] }[] = [];
      for (const [place, size] of sizes.entries()) {
        const stackName = `split-${split}-${round}-${place}`;
        const names = Array.from({ length: size }, (_, index) => `${stackName}-${index}`);
        stacks.push({ stack: await openStack(stackName, programOf(names)), names });
      }
      const create = await measured(async () => {
        for (const { stack, names } of stacks) await stack.up({ signal, program: programOf(names) });
      });
      const change = await measured(async () => {
        for (const { stack, names } of stacks.slice(0, 1)) {
          await stack.up({ signal, program: programOf(names, "changed") });
        }
      });
      const preview = await measured(async () => {
        for (const [place, { stack, names }] of stacks.entries()) {
          const program = programOf(names, place === 0 ? "changed" : "");
          await stack.preview({ signal, program, expectNoChanges: true });
        }
      });
      for (const { names } of stacks) for (const worker of names) await deleteWorker(worker);
      return {
        ...{ "create: wall": create.wall, "create: cpu": create.cpu },
        ...{ "change: wall": change.wall, "change: cpu": change.cpu },
        ...{ "preview: wall": preview.wall, "preview: cpu": preview.cpu },
      };
    },
  };
}

/** @param changed makes another value of the first secret of the first Worker */
function programOf(names: readonly string[], changed = ""): PulumiFn {
  return () => {
    for (const [index, name] of names.entries()) {
      new WorkerScript(name, {
        accountId: ACCOUNT_ID,
        name,
        content: CONTENT,
        secretTextBindings: Object.entries(secrets(SECRETS, index === 0 ? changed : "")).map(
          ([binding, text]) => ({ name: binding, text: `${name}-${text}` }),
        ),
      });
    }
    return Promise.resolve({});
  };
}

async function measured(work: () => Promise<void>): Promise<Sample<"wall" | "cpu">> {
  const before = { at: performance.now(), cpu: childrenCpu() };
  await work();
  return { wall: performance.now() - before.at, cpu: childrenCpu() - before.cpu };
}

/** The CPU time of all processes that this one has started and that have ended, in ms. Linux only; `NaN` elsewhere. */
function childrenCpu(): number {
  if (!fs.existsSync("/proc/self/stat")) return NaN;
  // The fields after the name, which may have spaces: cutime and cstime are the 16th and 17th of the line, in 1/100 s.
  const fields = fs
    .readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

const LEGEND = [
  "Each stack is in a file backend, under a passphrase. The program runs inline, so loading it is not in here. Stacks",
  "follow one another here; the pipelines of several teams need not. The engine's CPU time is that of the CLI's",
  "processes, without the program, the provider and the API.",
];
