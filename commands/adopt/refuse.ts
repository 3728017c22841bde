import { UsageError } from "../../kit/command/command";
import { visible } from "../../kit/visible";
import type { Environment } from "./environment";

/** Pulumi's rule for the names of stacks. They become names of files here. */
const STACK = /^[\w.-]{1,100}$/;

/**
 * Refuses stacks that cannot be, before anything is asked or written.
 *
 * @throws UsageError that lists every problem
 */
export function refuseStacks(all: readonly Pick<Environment, "stack" | "accountId" | "scriptName">[]): void {
  const scripts = all.map(({ accountId, scriptName }) => `${accountId}/${scriptName}`);
  const problems = all.flatMap(({ stack, scriptName }, at) => {
    const name = visible(stack);
    if (!STACK.test(stack) || /^\.+$/.test(stack)) {
      return [`${name}: expected a name for a stack of at most 100 letters, digits, -, _ and dots.`];
    }
    const other = all.findIndex((one) => one.stack === stack);
    if (other < at) {
      return [`env.${name}: its stack has the name of the top level's. Name that one with --stack.`];
    }
    const same = scripts.indexOf(scripts[at] ?? "");
    return same < at
      ? [
          `env.${name}: it is the Worker ${visible(scriptName)} of stack ${visible(all[same]?.stack ?? "")} too. Two stacks would overwrite each other.`,
        ]
      : [];
  });
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
}

/**
 * Refuses environments that one program cannot declare.
 *
 * @throws UsageError
 */
export function refuseMixture(environments: readonly Environment[]): void {
  const kinds = new Set(
    environments.map(({ code }) => (code.kind === "bundle" ? "bundle" : JSON.stringify(code))),
  );
  const assets = new Set(
    environments.map(({ settings, assetFiles }) => JSON.stringify([settings["assets"], assetFiles])),
  );
  const hasFiles = environments.some(({ assetFiles }) => Object.keys(assetFiles).length > 0);
  const problems = [
    ...(kinds.size > 1 ? ["main: the environments have different kinds of code."] : []),
    ...(assets.size > 1 && hasFiles
      ? [
          "assets: the environments have different ones, with _headers or _redirects, which one program does not read for each.",
        ]
      : []),
  ];
  if (problems.length === 0) return;
  throw new UsageError(
    [...problems, "Give each such environment a configuration of its own, and adopt it by itself."].join(
      "\n",
    ),
  );
}
