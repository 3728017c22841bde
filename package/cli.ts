/* eslint-disable boundaries/no-unknown-dependencies -- the rule does not find ./main.ts behind ./main.js */
import { createRequire } from "node:module";
import { commandLine } from "../component/contract/command-line";
import { findPackage } from "../kit/find-package";
import { version } from "../package.json";
import { LOCAL } from "./manifests";

interface Entry {
  readonly about: string;
  /** Loads the command, which then runs. */
  readonly load: () => Promise<unknown>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  start: { about: `tries a stack on this machine, without an account (needs ${LOCAL})`, load: loadLocal },
  dev: { about: `keeps a stack on this machine up to date while you edit (needs ${LOCAL})`, load: loadLocal },
  preview: {
    about: "says what a deploy would do to each secret, for a pull request",
    load: () => import("../commands/preview/main.js"),
  },
  deploy: {
    about: "deploys a plan that preview has saved",
    load: () => import("../commands/deploy/main.js"),
  },
  secrets: {
    about: "lists which stack has which secret, and sets many at once",
    load: () => import("../commands/secrets/main.js"),
  },
  rotate: {
    about: "changes a secret without refusing a caller",
    load: async () => {
      await import("../commands/rotate/no-echo.cjs");
      await import("../commands/rotate/main.js");
    },
  },
  audit: {
    about: "lists all secrets: source, age, and whether each is live",
    load: () => import("../commands/audit/main.js"),
  },
  adopt: {
    about: "writes a Pulumi project for a Worker that Wrangler deploys",
    load: () => import("../commands/adopt/main.js"),
  },
  repair: {
    about: "makes a Worker's secrets what its stack declares",
    load: () => import("../commands/repair/main.js"),
  },
  "from-v5": {
    about: "moves the Workers of a stack from @pulumi/cloudflare v5 to v6",
    load: () => import("../commands/from-v5/main.js"),
  },
};

const HELP = `${commandLine("COMMAND")} [ARGUMENT...]

Commands for a Pulumi project whose Workers and secrets are declared with cloudflare-worker-secrets. They work on the
project in this folder.

${Object.entries(COMMANDS)
  .map(([name, { about }]) => `  ${name.padEnd(9)}${about}`)
  .join("\n")}

${commandLine("COMMAND", ["--help"])} says more. Version ${version}.
`;

function loadLocal(): Promise<unknown> {
  const file = findPackage(`${LOCAL}/run`);
  if (file === undefined) {
    const [, , name = ""] = process.argv;
    throw new Error(`${name} needs the package ${LOCAL}: npm install --save-dev ${LOCAL}@${version}`);
  }
  return Promise.resolve(createRequire(__filename)(file));
}

async function main(): Promise<void> {
  const [, , name = "--help"] = process.argv;
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) {
    const isWanted = name === "--help" || name === "-h";
    (isWanted ? process.stdout : process.stderr).write(
      isWanted ? HELP : `There is no such command.\n\n${HELP}`,
    );
    process.exitCode = isWanted ? 0 : 2;
    return;
  }
  // A command reads its own arguments. The local ones are started with their name.
  if (entry.load !== loadLocal) process.argv.splice(2, 1);
  await entry.load();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
