import * as path from "node:path";

const PRELOAD = path.join(__dirname, "../support/compiled-packages.cjs");

/**
 * Lets this process's children, of which a run starts thousands, need less of the CPU. Node takes what it compiled of the
 * packages, and of this project except its tests, from earlier processes. Pulumi, which ends before its memory matters,
 * collects garbage a quarter as often: each of its commands collected a quarter of its time.
 */
export function quickenProcesses(env: NodeJS.ProcessEnv): void {
  // Node reads the quotes: a path may have a space.
  const preload = `--require=${JSON.stringify(PRELOAD)}`;
  env.NODE_OPTIONS = env.NODE_OPTIONS === undefined ? preload : `${env.NODE_OPTIONS} ${preload}`;
  env.GOGC ??= "400";
}
