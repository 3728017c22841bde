import { spawn } from "node:child_process";
import type { Monitor } from "../harness/monitor";
import type { Sample } from "./rounds";

export interface Program {
  readonly name: string;
  /** "." is the project's main file. */
  readonly file: string;
  readonly folder: string;
  readonly declares: boolean;
  readonly tsconfig?: string;
  /** Whether ts-node finds the output of an earlier compilation. */
  readonly cached?: boolean;
}

/** Pulumi's own runner, started as its language host starts it. On exit it writes its CPU time to a pipe. */
const RUNNER = `
process.on("exit", () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  require("node:fs").writeSync(3, String((userCPUTime + systemCPUTime) / 1000));
});
process.argv.splice(1, 0, "run");
require(${JSON.stringify(require.resolve("@pulumi/pulumi/cmd/run"))});
`;

const CONFIG = {
  "cloudflare-worker-secrets:accountId": "0123456789abcdef0123456789abcdef",
  "cloudflare-worker-secrets:secrets-demo": "a secret",
};

/** Loads a program in a separate process, and returns the time that took. */
export async function load(
  program: Program,
  monitor: Monitor,
  cache: string,
): Promise<Sample<"cpu" | "wall">> {
  const { address } = monitor;
  const options = ["--project=cloudflare-worker-secrets", "--stack=dev", `--pwd=${program.folder}`];
  const start = performance.now();
  const child = spawn(
    process.execPath,
    ["-e", RUNNER, "--", ...options, `--monitor=${address}`, `--engine=${address}`, program.file],
    {
      stdio: ["ignore", "ignore", "inherit", "pipe"],
      env: {
        PATH: process.env.PATH,
        PULUMI_CONFIG: JSON.stringify(CONFIG),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(["cloudflare-worker-secrets:secrets-demo"]),
        PULUMI_NODEJS_TYPESCRIPT: String(program.tsconfig !== undefined),
        ...(program.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: program.tsconfig }),
        TS_NODE_CACHE_DIRECTORY: cache,
        // index.ts refuses to deploy the dev stack anywhere but to this machine.
        CLOUDFLARE_BASE_URL: "http://127.0.0.1:9/",
      },
    },
  );
  let cpu = "";
  child.stdio[3]?.on("data", (chunk: Buffer) => (cpu += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  if (code !== 0) {
    const messages = monitor.takeMessages().join("\n");
    throw new Error(`${program.name} ended with ${code ?? "a signal"}\n${messages}`);
  }
  return { cpu: Number(cpu), wall: performance.now() - start };
}
