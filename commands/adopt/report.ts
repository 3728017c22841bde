import * as path from "node:path";
import { commandLine, IS_PACKAGE } from "../../component/contract/command-line";
import { plural } from "../../kit/plural";
import { visible } from "../../kit/visible";
import type { Environment } from "./environment";
import { configKey } from "./names";

interface Done {
  readonly from: string;
  readonly folder: string;
  readonly files: readonly string[];
  readonly environments: readonly Environment[];
}

/** What was carried over, what was not, and what to do next: a line each. */
export function report({ from, folder, files, environments }: Done): string[] {
  const place = path.relative(process.cwd(), folder) || ".";
  return [
    `Read ${from}.`,
    "",
    ...environments.map(summary),
    "",
    ...leftOut(environments),
    `Written to ${place}: ${files.join(", ")}`,
    "",
    ...next(place, environments),
  ].map(visible);
}

function summary(environment: Environment): string {
  const { stack, scriptName, isLive, variables, bindings, storeSecrets, configSecrets, inherited } =
    environment;
  const state = isLive === undefined ? "Cloudflare was not asked" : isLive ? "live" : "not deployed yet";
  const counts = [
    [configSecrets.length, "config secret"],
    [inherited.length, "inherited binding"],
    [Object.keys(variables).length, "variable"],
    [bindings.length + storeSecrets.length, "other binding"],
    [environment.routes.length, "route"],
    [environment.domains.length, "custom domain"],
    [environment.crons.length, "cron trigger"],
  ] as const;
  const parts = counts.flatMap(([count, what]) => (count > 0 ? plural(count, what) : []));
  return [`${stack}: ${scriptName}, ${state}`, ...parts].join(", ");
}

/** The same is often left out in each environment. */
function leftOut(environments: readonly Environment[]): string[] {
  const stacks = new Map<string, string[]>();
  for (const { stack, leftOut } of environments) {
    for (const { key, why } of leftOut) {
      const line = `  ${key}: ${why}`;
      stacks.set(line, [...(stacks.get(line) ?? []), stack]);
    }
  }
  if (stacks.size === 0) return ["Everything is carried over.", ""];
  const lines = [...stacks].map(([line, of]) =>
    of.length === environments.length ? line : `${line} (${of.join(", ")})`,
  );
  return ["Not carried over, or to be looked at:", ...lines, ""];
}

function next(place: string, environments: readonly Environment[]): string[] {
  const [first] = environments;
  const stack = first?.stack ?? "";
  const takesOver = environments.some(({ isLive }) => isLive !== false);
  const hasSecrets = environments.some(({ configSecrets }) => configSecrets.length > 0);
  return [
    `Next, for each stack, such as ${stack}:`,
    `  cd ${place}`,
    ...(IS_PACKAGE ? ["  npm install"] : []),
    `  pulumi stack init ${stack}`,
    ...(hasSecrets ? setLines(first?.configSecrets ?? [], stack) : []),
    `  pulumi preview --stack ${stack}`,
    `  pulumi up --stack ${stack}`,
    ...(takesOver ? [`  pulumi config rm takeOver --stack ${stack}`] : []),
  ];
}

/** In a checkout, the command is about the program at its top. */
function setLines(names: readonly string[], stack: string): string[] {
  if (IS_PACKAGE) return [`  ${commandLine("secrets", ["--set", "--stack", stack])} < .dev.vars`];
  return names.map((name) => `  pulumi config set --secret ${configKey(name)} --stack ${stack}`);
}
