import * as path from "node:path";
import { type DevProject, SECRET } from "./dev-project";
import { pulumiUp } from "./pulumi-up";
import { type Bench, interleave, timed } from "./rounds";
import { rowsOf, type Section } from "./sections";
import type { World } from "./world";
import { wranglerIn } from "./wrangler";

const ROUNDS = 3;
const THEIRS = "wrangler deploy";

/** Deploys a project's Workers, which are new. */
export async function measureDeploys(bench: Bench, world: World, project: DevProject): Promise<Section> {
  const { workers, ours, theirs } = project;
  const measured = async (deploy: () => Promise<void>) => {
    const wall = await timed(deploy);
    for (const name of workers) await world.deleteWorker(name);
    return { wall };
  };
  const samples = await interleave(bench, ROUNDS, [
    {
      name: THEIRS,
      run: () =>
        measured(async () => {
          for (const name of workers) {
            const wrangler = wranglerIn(world.cloudflare, path.join(theirs, name));
            await wrangler("deploy --secrets-file .dev.vars");
          }
        }),
    },
    {
      name: "pulumi up",
      run: async (round) => {
        const name = `pulumi-${workers.length}-${round}`;
        const stack = await world.openStack(name, () => Promise.resolve({}));
        await stack.setConfig(SECRET.key, { value: SECRET.value, secret: true });
        return measured(() => pulumiUp(world, bench.folder, name, { DEPLOY_PROJECT: ours }));
      },
    },
  ]);
  const isOne = workers.length === 1;
  return {
    title: `Deploy ${isOne ? "one new Worker" : `${workers.length} new Workers`}: wall time`,
    legend: [
      "Same Workers, same local API, an existing stack and project, each command a process of its own, as in the group",
      `deploy. ${isOne ? "" : "wrangler deploy runs once for each Worker, one after the other: a call deploys one. "}${world.provider.reason}`,
    ],
    rows: rowsOf(samples, "wall", "ms", { against: THEIRS }),
  };
}
