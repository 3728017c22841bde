import * as path from "node:path";
import { commandLine, IS_PACKAGE } from "../../component/contract/command-line";
import { plural } from "../../kit/plural";
import { quoted } from "../../kit/quoted";
import { visible } from "../../kit/visible";
import { configSecretsOf, type Environment } from "./environment";
import { configKeys } from "./names";

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
  const secrets = configSecretsOf(environments);
  return [
    `Next, for each stack, such as ${stack}:`,
    `  cd ${quoted(place)}`,
    ...(IS_PACKAGE ? ["  npm install"] : []),
    `  pulumi stack init ${stack}`,
    ...setLines(secrets, stack),
    `  pulumi preview --stack ${stack}`,
    ...(secrets.length > 0 && takesOver ? overwriteLines(stack) : []),
    `  pulumi up --stack ${stack}`,
    ...(takesOver ? [`  pulumi config rm takeOver --stack ${stack}`] : []),
    ...(secrets.length > 0 && takesOver ? [`  pulumi config rm undeclaredSecrets --stack ${stack}`] : []),
  ];
}

/** In a checkout, the command is about the program at its top. */
function setLines(names: readonly string[], stack: string): string[] {
  if (names.length === 0) return [];
  if (IS_PACKAGE) {
    const set = commandLine("secrets", ["--set", "--stack", stack]);
    return [`  ${set} < .env # the values of ${stack}, not those of wrangler dev`];
  }
  const keys = [...configKeys(names).values()];
  return keys.map((key) => `  pulumi config set --secret ${quoted(key)} --stack ${stack}`);
}

/** Cloudflare returns no value, so the gate cannot know that the new one is the same. */
function overwriteLines(stack: string): string[] {
  return [
    "  # The preview stops, and names the live secrets that the config's values would overwrite. If it names no other:",
    `  pulumi config set undeclaredSecrets delete --stack ${stack}`,
  ];
}
