import { watchMemory } from "./memory";
import { pulumiUp } from "./pulumi-up";
import { type Bench, interleave, timed } from "./rounds";
import { rowsOf, type Section } from "./sections";
import { secrets } from "./worker-program";
import { withWorld } from "./world";
import { wranglerProject } from "./wrangler";

const ROUNDS = 5;
const SECRETS = 10;
const THEIRS = "wrangler deploy, then secret bulk";

export async function measureDeploy(bench: Bench): Promise<Section[]> {
  return withWorld(bench, async (world) => {
    const { cloudflare, provider, openStack, deleteWorker } = world;
    const measured = async (name: string, deploy: () => Promise<void>) => {
      const memory = watchMemory();
      const wall = await timed(deploy);
      const sample = { wall, ...memory.stop() };
      await deleteWorker(name);
      return sample;
    };
    const samples = await interleave(bench, ROUNDS, [
      {
        name: THEIRS,
        run: async (round) => {
          const name = `wrangler-${round}`;
          const wrangler = await wranglerProject(cloudflare, bench.folder, name);
          return measured(name, async () => {
            await wrangler("deploy");
            await wrangler("secret bulk", JSON.stringify(secrets(SECRETS)));
          });
        },
      },
      {
        name: "pulumi up",
        run: async (round) => {
          const name = `pulumi-${round}`;
          // Like `pulumi stack init` in a real project: once, before the first deploy.
          await openStack(name, () => Promise.resolve({}));
          return measured(name, () =>
            pulumiUp(world, bench.folder, name, { DEPLOY_SECRETS: String(SECRETS) }),
          );
        },
      },
    ]);
    const compare = { against: THEIRS };
    const title = `Deploy a new Worker with ${SECRETS} secrets`;
    return [
      { title: `${title}: wall time`, legend: [], rows: rowsOf(samples, "wall", "ms", compare) },
      {
        title: `${title}: peak memory of the largest process`,
        legend: [],
        rows: rowsOf(samples, "largest", "MB", compare),
      },
      {
        title: `${title}: peak memory of all processes together`,
        legend: LEGEND.concat(provider.reason),
        rows: rowsOf(samples, "together", "MB", compare),
      },
    ];
  });
}

const LEGEND = [
  "Same script, same local API, an existing stack and project. pulumi up is a process that looks up the engine, selects",
  "the stack and runs up by the Automation API: node with tsx, the program, the stand-in provider where that serves, and",
  "the engine's processes. wrangler is its two commands with all that they start. The API and the Worker count for",
  "neither. Largest is VmHWM, together is the highest sum of VmRSS, both read every 40 ms, so on Linux only; pages that",
  "processes share count for each.",
];
