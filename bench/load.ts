import * as fs from "node:fs/promises";
import * as path from "node:path";
import ts from "typescript";
import { load, type Program } from "./load-program";
import { makeInstalled } from "./installed";
import { WORKERS_SCRIPT } from "../component/contract/type-tokens";
import { startMonitor } from "../harness/monitor";
import { type Bench, interleave } from "./rounds";
import { rowsOf, type Section } from "./sections";

const ROOT = path.join(__dirname, "..");
const ROUNDS = 5;

const REQUIRE_BOTH = `
const pulumi = require(${JSON.stringify(require.resolve("@pulumi/pulumi"))});
const { WorkersScript } = require(${JSON.stringify(require.resolve("@pulumi/cloudflare"))});
`;
const DECLARE = `
const config = new pulumi.Config("cloudflare-worker-secrets");
const text = config.requireSecret("secrets-demo");
new WorkersScript("myScript", {
  accountId: config.require("accountId"),
  scriptName: "script_1",
  content: "export default {}",
  mainModule: "script.js",
  bindings: [{ name: "MY_SECRET_NAME_KEY", type: "secret_text", text }],
});
`;

export async function measureLoad(bench: Bench): Promise<Section[]> {
  const { folder } = bench;
  await fs.writeFile(path.join(folder, "package.json"), "{}");
  await fs.writeFile(path.join(folder, "requires.js"), REQUIRE_BOTH);
  await fs.writeFile(path.join(folder, "declares.js"), REQUIRE_BOTH + DECLARE);
  const checked = path.join(folder, "tsconfig.json");
  await fs.writeFile(checked, JSON.stringify(checkingConfig()));

  const tsconfig = path.join(ROOT, "tsconfig.json");
  const main = { file: ".", folder: ROOT, declares: true };
  const installed = { file: ".", folder: await makeInstalled(folder), declares: true, tsconfig };
  const programs: Program[] = [
    { name: "plain JavaScript, two packages", file: "requires.js", folder, declares: false },
    { name: "plain JavaScript, one Worker", file: "declares.js", folder, declares: true },
    { name: "index.ts", ...main, tsconfig, cached: true },
    { name: "index.ts, first run", ...main, tsconfig, cached: false },
    { name: "with the package", ...installed, cached: true },
    { name: "with the package, first run", ...installed, cached: false },
    { name: "type-checked index.ts", ...main, tsconfig: checked, cached: true },
    { name: "type-checked, first run", ...main, tsconfig: checked, cached: false },
  ];
  const monitor = await startMonitor();
  try {
    const samples = await interleave(
      bench,
      ROUNDS,
      programs.map((program) => ({
        name: program.name,
        run: async (round) => {
          const cache = path.join(
            folder,
            program.cached === false ? `cold-${program.name}-${round}` : "warm",
          );
          const sample = await load(program, monitor, cache);
          if (monitor.takeTypes().includes(WORKERS_SCRIPT) !== program.declares) {
            throw new Error(`${program.name} did not declare what it should.`);
          }
          return sample;
        },
      })),
    );
    const compare = { against: "plain JavaScript, one Worker", goals: GOALS };
    return [
      { title: "Load the program: CPU time", legend: LEGEND, rows: rowsOf(samples, "cpu", "ms", compare) },
      { title: "Load the program: wall time", legend: [], rows: rowsOf(samples, "wall", "ms", compare) },
    ];
  } finally {
    await monitor.close();
  }
}

const GOALS = { "index.ts": 1.3, "with the package": 1.3, "with the package, first run": 1.3 };

const LEGEND = [
  "A row is a whole process: Pulumi's runner (@pulumi/pulumi/cmd/run), started as the language host starts it; what",
  "it registers is answered at once by a monitor without an engine. CPU is user and system time of that process.",
  "two packages   requires @pulumi/pulumi and @pulumi/cloudflare, touches WorkersScript (it loads lazily), no more",
  "one Worker     also declares one WorkersScript with one secret, without component and TypeScript",
  "index.ts       the stack as it is (noCheck); ts-node finds in its cache what it compiled at an earlier run",
  "the package    the same index.ts in a project that installed the component, so that index.ts alone is transpiled",
  "type-checked   the stack with noCheck off, which is Pulumi's default",
  "first run      with an empty cache of ts-node, as in a fresh CI job, or after an edit of every file",
];

/** The project's tsconfig.json with the type check on, in another folder and so with absolute paths. */
function checkingConfig(): object {
  const config = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), (file) => ts.sys.readFile(file))
    .config as {
    compilerOptions: object;
    include: string[];
  };
  const typeRoots = [path.join(ROOT, "node_modules", "@types")];
  return {
    compilerOptions: { ...config.compilerOptions, noCheck: false, rootDir: ROOT, typeRoots },
    include: config.include.map((pattern) => path.join(ROOT, pattern)),
    exclude: [path.join(ROOT, "node_modules")],
  };
}
