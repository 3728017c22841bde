import { type Bench, interleave } from "./rounds";
import { rowsOf, type Section } from "./sections";
import { secrets, workerProgram } from "./worker-program";
import { withWorld } from "./world";
import { wranglerProject } from "./wrangler";

const SECRETS = 100;
const ROUNDS = 2;
const OURS = "pulumi up";
/** Runs right after the deploy of the same program. */
const UNCHANGED = "pulumi up, nothing changed";

export async function measureRequests(bench: Bench): Promise<Section[]> {
  return withWorld(bench, async ({ cloudflare, provider, openStack, takeTraffic }) => {
    const { signal, progress } = bench;
    progress(`deploying ${SECRETS} secrets with both`);
    const stack = await openStack("requests", workerProgram("requests", secrets(SECRETS)));
    await stack.up({ signal });
    const wrangler = await wranglerProject(cloudflare, bench.folder, "requests-wrangler");
    await wrangler("deploy");
    await wrangler("secret bulk", JSON.stringify(secrets(SECRETS)));

    const count = async (change: () => Promise<unknown>) => {
      takeTraffic();
      await change();
      return takeTraffic();
    };
    const one = secrets(1, "new");
    const [name = ""] = Object.keys(one);
    const put = () => wrangler(`secret put ${name}`, one[name]);
    const measured = await interleave(bench, ROUNDS, [
      {
        name: OURS,
        run: (round) => {
          const program = workerProgram("requests", secrets(SECRETS, `changed-${round}`));
          return count(() => stack.up({ signal, program }));
        },
      },
      {
        name: UNCHANGED,
        run: (round) => {
          const program = workerProgram("requests", secrets(SECRETS, `changed-${round}`));
          return count(() => stack.up({ signal, program }));
        },
      },
      { name: "wrangler secret put, the one", run: () => count(put) },
      {
        name: "wrangler secret bulk, the one",
        run: () => count(() => wrangler("secret bulk", JSON.stringify(one))),
      },
      {
        name: `wrangler secret bulk, all ${SECRETS}`,
        run: () => count(() => wrangler("secret bulk", JSON.stringify(secrets(SECRETS, "new")))),
      },
    ]);
    const computed = (measured.get("wrangler secret put, the one") ?? []).map(({ requests, bytes }) => ({
      requests: requests * SECRETS,
      bytes: bytes * SECRETS,
    }));
    const samples = new Map([...measured, [`wrangler secret put, all ${SECRETS} (computed)`, computed]]);
    const compare = { against: OURS };
    return [
      {
        title: `Change 1 of ${SECRETS} secrets: requests to the API`,
        legend: [],
        rows: rowsOf(samples, "requests", "requests", { ...compare, goals: { [UNCHANGED]: 0 } }),
      },
      {
        title: `Change 1 of ${SECRETS} secrets: bytes sent to the API`,
        legend: [
          "Counted by the API, the bytes in the requests' bodies. Wrangler must be told which secret changed; where",
          `nothing tells it, all ${SECRETS} are sent: in one bulk, or in ${SECRETS} puts (computed from the one that was run).`,
          provider.reason,
        ],
        rows: rowsOf(samples, "bytes", "bytes", compare),
      },
    ];
  });
}
