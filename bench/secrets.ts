import { type Bench, interleave, timed } from "./rounds";
import { rowsOf, type Section } from "./sections";
import { secrets, workerProgram } from "./worker-program";
import { withWorld } from "./world";

const ROUNDS = 5;
const COMPARE = { against: "1 secret", goals: { "128 secrets": 2.5 } };

export async function measureSecrets(bench: Bench): Promise<Section[]> {
  return withWorld(bench, async ({ provider, openStack, deleteWorker }) => {
    const { signal } = bench;
    const samples = await interleave(
      bench,
      ROUNDS,
      [1, 16, 128].map((count) => ({
        name: count === 1 ? "1 secret" : `${count} secrets`,
        run: async (round) => {
          const name = `secrets-${count}-${round}`;
          const program = workerProgram(name, secrets(count));
          const changed = workerProgram(name, secrets(count, "changed"));
          const stack = await openStack(name, program);
          const preview = await timed(() => stack.preview({ signal, program }));
          const create = await timed(() => stack.up({ signal, program }));
          const change = await timed(() => stack.up({ signal, program: changed }));
          await deleteWorker(name);
          return { preview, create, change };
        },
      })),
    );
    const legend = [
      "Wall time of one preview or up by the Automation API, engine and provider included; the program runs inline,",
      `so loading it is not in here. ${provider.reason}`,
    ];
    return [
      {
        title: "Preview of a new Worker: wall time",
        legend: [],
        rows: rowsOf(samples, "preview", "ms", COMPARE),
      },
      {
        title: "Up that creates the Worker: wall time",
        legend: [],
        rows: rowsOf(samples, "create", "ms", COMPARE),
      },
      {
        title: "Up that changes one secret: wall time",
        legend,
        rows: rowsOf(samples, "change", "ms", COMPARE),
      },
    ];
  });
}
