import { commandLine, IS_PACKAGE } from "../../component/contract/command-line";
import { defineCommand } from "../../kit/command/command";
import { untilInterrupted } from "../../kit/command/interruption";
import { main } from "../../kit/command/main";
import { givenNames } from "./given";
import { projectFiles } from "./project-files";
import { readConfigured, readLive } from "./read";
import { report } from "./report";
import { writeProject } from "./write-project";

const ADOPT = defineCommand({
  name: "adopt",
  summary: `
Writes a Pulumi project for a Worker that Wrangler deploys: its program, and a stack for each environment with its config. It
reads the configuration with Wrangler's own reader, and asks Cloudflare which secrets, migrations and routes are live. With
--worker it needs no configuration: it takes a live Worker as it is, code included. Nothing is changed at Cloudflare.`,
  positionals: {
    config: {
      name: "CONFIG",
      help: "the wrangler.toml, wrangler.json or wrangler.jsonc; without it, the one in this folder",
      required: false,
    },
  },
  options: {
    worker: { value: "NAME", help: "a live Worker, in place of CONFIG" },
    out: {
      value: "FOLDER",
      help: IS_PACKAGE
        ? "the project's folder; without it, infra beside CONFIG"
        : "the project's folder, in this repository; without it, one with the Worker's name",
    },
    stack: {
      value: "STACK",
      help: "the stack for what is outside of [env], or for --worker; without it, prod",
    },
    secrets: {
      help:
        "reads the names of secrets from standard input, which are lines NAME=value as in a .dev.vars, or a JSON object: " +
        "the stack's config is to have their values. The values are not used. Without it, live secrets are kept as they are",
    },
    offline: {
      help: "does not ask Cloudflare; then the first preview names the live secrets that are not declared",
    },
  },
  notes: `
It needs CLOUDFLARE_API_TOKEN, for which read access is enough, and the account: account_id of the configuration, or
CLOUDFLARE_ACCOUNT_ID. It prints what it could not carry over, by key, and what to do next. It overwrites no file.
Exit code: 0 written; 1 it could not be read or written; 2 wrong arguments; 130 interrupted.`,
  check: ({ worker, config, offline, secrets }) => [
    ...(secrets && process.stdin.isTTY
      ? [
          `--secrets: expected the names on standard input: ${commandLine("adopt", ["--secrets"])} < .dev.vars`,
        ]
      : []),
    ...(worker !== undefined && config !== undefined ? ["--worker: expected without CONFIG."] : []),
    ...(offline && (worker !== undefined || secrets)
      ? [
          `--offline: expected without ${worker === undefined ? "--secrets" : "--worker"}, which ask Cloudflare.`,
        ]
      : []),
    ...(worker !== undefined && !/^[\w-]+$/.test(worker)
      ? ["--worker: expected the name of a script: a-z, 0-9, - and _."]
      : []),
    ...(!offline && !process.env.CLOUDFLARE_API_TOKEN
      ? ["No Cloudflare token: set CLOUDFLARE_API_TOKEN, for which read access is enough, or use --offline."]
      : []),
  ],
});

void main(ADOPT, async (values, { interrupted, log }) => {
  const given = values.secrets ? await givenNames(interrupted) : [];
  const { worker, environments, from, folder } = await untilInterrupted(
    interrupted,
    values.worker === undefined
      ? readConfigured(values, given, interrupted)
      : readLive(values, values.worker, given, interrupted),
  );
  const files = await projectFiles(worker, folder, environments);
  await writeProject(folder, files);
  report({ from, folder, files: [...files.keys()], environments }).forEach(log);
  return 0;
});
