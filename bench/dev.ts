import * as fs from "node:fs/promises";
import * as path from "node:path";
import { wranglerCommand } from "../harness/wrangler";
import { measureDeploys } from "./dev-deploy";
import { answerOf, type DevProject, devProject, writeWorker } from "./dev-project";
import { DevTool, freePorts } from "./dev-tool";
import { memoryOf } from "./memory";
import { type Bench, interleave, median, timed } from "./rounds";
import { rowsOf, type Section } from "./sections";
import { ACCOUNT_ID } from "./worker-program";
import { withWorld, type World } from "./world";

const ROUNDS = 3;
const SAVES = 3;
const THEIRS = "wrangler dev";
const OURS = "npm run dev";
/** From issue 11. */
const SAVE_GOAL = 1.5;

interface Tool {
  /** Starts it with the first Worker on this port, and the next ones on the next ports. */
  readonly start: (port: number) => DevTool;
  /** The folder with the folders of the Workers. */
  readonly sources: string;
  /** The Workers that have an address. */
  readonly answering: readonly string[];
  /** What it prints once it has started, and once it is done with a change. */
  readonly started: RegExp;
  readonly saved: RegExp;
}

export async function measureDev(bench: Bench): Promise<Section[]> {
  return withWorld(bench, async (world) => {
    await fs.mkdir(path.join(bench.folder, "tmp"));
    const sections = [];
    for (const count of [1, 5]) {
      const project = await devProject(bench.folder, count);
      sections.push(...(await measureTools(bench, world, project)));
      sections.push(await measureDeploys(bench, world, project));
    }
    return sections;
  });
}

async function measureTools(bench: Bench, world: World, project: DevProject): Promise<Section[]> {
  const running = new Set<DevTool>();
  const run = async (tool: Tool) => {
    const port = await freePorts(tool.answering.length);
    const began = performance.now();
    const dev = tool.start(port);
    running.add(dev);
    await Promise.all(
      tool.answering.map((name, index) => dev.answers(`http://127.0.0.1:${port + index}`, answerOf(name, 0))),
    );
    const start = performance.now() - began;
    await dev.prints(tool.started);
    const [edited = ""] = project.workers;
    const save = async (version: number) => {
      await writeWorker(tool.sources, edited, version);
      await dev.answers(`http://127.0.0.1:${port}`, answerOf(edited, version));
    };
    const saves = [];
    for (let version = 1; version <= SAVES; version++) {
      saves.push(await timed(() => save(version)));
      await dev.prints(tool.saved);
    }
    const memory = memoryOf(dev.pid);
    await dev.stop();
    running.delete(dev);
    await writeWorker(tool.sources, edited, 0);
    return { start, save: median(saves), memory };
  };
  try {
    const samples = await interleave(bench, ROUNDS, [
      { name: THEIRS, run: () => run(wranglerDev(bench, world, project)) },
      { name: OURS, run: () => run(ourDev(bench, world, project)) },
    ]);
    const compare = { against: THEIRS };
    const of = project.workers.length === 1 ? "one Worker" : `${project.workers.length} Workers`;
    return [
      {
        title: `Develop ${of}: start to first answer`,
        legend: [],
        rows: rowsOf(samples, "start", "ms", compare),
      },
      {
        title: `Develop ${of}: save to answer`,
        legend: [],
        rows: rowsOf(samples, "save", "ms", { ...compare, goals: { [OURS]: SAVE_GOAL } }),
      },
      {
        title: `Develop ${of}: memory after ${SAVES} saves`,
        legend: LEGEND.concat(world.provider.reason),
        rows: rowsOf(samples, "memory", "MB", compare),
      },
    ];
  } finally {
    await Promise.all([...running].map((dev) => dev.stop()));
  }
}

function ourDev({ folder }: Bench, { provider }: World, { ours, workers }: DevProject): Tool {
  const command = [process.execPath, "--require", "tsx/cjs", "local/run.ts", "dev"];
  const env = { ...process.env, TMPDIR: path.join(folder, "tmp"), CLOUDFLARE_PROVIDER: provider.kind };
  return {
    start: (port) => new DevTool([...command, "--port", String(port)], ours, env),
    sources: ours,
    answering: workers,
    started: /^Waiting for changes/m,
    saved: /^Deployed in/m,
  };
}

function wranglerDev({ folder }: Bench, { cloudflare }: World, { theirs, workers }: DevProject): Tool {
  const { command, env } = wranglerCommand(cloudflare, ACCOUNT_ID, path.join(folder, "home"));
  const configs = workers.flatMap((name) => ["--config", `${name}/wrangler.json`]);
  const args = ["dev", ...configs, "--ip", "127.0.0.1", "--inspector-port", "0", "--port"];
  return {
    // Like npm run dev, it does not ask the network for `request.cf`.
    start: (port) =>
      new DevTool([...command, ...args, String(port)], theirs, {
        ...env,
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
      }),
    sources: theirs,
    answering: workers.slice(0, 1),
    started: /Ready on/,
    saved: /Local server updated and ready/,
  };
}

const LEGEND = [
  "Same Workers in TypeScript, with a package and a secret; both bundle them with source maps. Each run starts the tool",
  `again, without npm, asks until every Worker that has an address answers, and then saves the first Worker ${SAVES} times; its`,
  "time is the median of the saves, up to the first answer with what was saved. Both are asked again 5 ms after each",
  "answer, and are given the next save once they say that they are done: npm run dev has deployed, wrangler dev has",
  "reloaded. wrangler dev gives an address to the first Worker only, npm run dev to each. Memory is the Pss of all the",
  "tool's processes, on Linux only: a page that they share counts once. CLOUDFLARE_PROVIDER is set for npm run dev.",
];
