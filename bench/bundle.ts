import * as path from "node:path";
import { type Bound, ENTRY, wranglerBindings, writeSources } from "./bundled-worker";
import { pulumiUp } from "./pulumi-up";
import { type Bench, interleave, timed } from "./rounds";
import { rowsOf, type Section } from "./sections";
import { withWorld, type World } from "./world";
import { wranglerProject } from "./wrangler";

const ROUNDS = 5;
const NAMESPACES = ["first", "second", "third"];
const THEIRS = "wrangler deploy";

export async function measureBundle(bench: Bench): Promise<Section[]> {
  return withWorld(bench, async (world) => {
    const { cloudflare, provider, openStack, deleteWorker } = world;
    const bound = await createResources(world);
    const measured = async (name: string, deploy: () => Promise<void>) => {
      const folder = path.join(bench.folder, name);
      await writeSources(folder, 1);
      const first = await timed(deploy);
      await writeSources(folder, 2);
      const again = await timed(deploy);
      await deleteWorker(name);
      return { first, again };
    };
    const samples = await interleave(bench, ROUNDS, [
      {
        name: THEIRS,
        run: async (round) => {
          const name = `wrangler-${round}`;
          const config = { main: ENTRY, upload_source_maps: true, ...wranglerBindings(bound) };
          const wrangler = await wranglerProject(cloudflare, bench.folder, name, config);
          return measured(name, () => wrangler("deploy"));
        },
      },
      {
        name: "pulumi up",
        run: async (round) => {
          const name = `pulumi-${round}`;
          await openStack(name, () => Promise.resolve({}));
          return measured(name, () =>
            pulumiUp(world, bench.folder, name, {
              DEPLOY_SOURCES: path.join(bench.folder, name),
              DEPLOY_BOUND: JSON.stringify(bound),
            }),
          );
        },
      },
    ]);
    const compare = { against: THEIRS };
    const title = "Deploy a Worker in TypeScript, 1 MB when bundled, with ten bindings";
    return [
      { title: `${title}: wall time`, legend: [], rows: rowsOf(samples, "first", "ms", compare) },
      {
        title: `${title}, again with one line changed: wall time`,
        legend: LEGEND.concat(provider.reason),
        rows: rowsOf(samples, "again", "ms", compare),
      },
    ];
  });
}

const LEGEND = [
  "Same sources, same local API, an existing stack and project; both upload a source map. Both commands are processes of",
  "their own, as in the group deploy. The resources that the Worker is bound to exist already.",
];

async function createResources({ post }: World): Promise<Bound> {
  const namespaces = [];
  for (const title of NAMESPACES)
    namespaces.push(String((await post("storage/kv/namespaces", { title })).id));
  const { uuid } = await post("d1/database", { name: "bench" });
  await post("r2/buckets", { name: "bench" });
  await post("queues", { queue_name: "bench" });
  return { namespaces, database: String(uuid), bucket: "bench", queue: "bench" };
}
