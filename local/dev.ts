import * as path from "node:path";
import { IS_PACKAGE } from "../component/contract/command-line";
import { defineCommand, UsageError } from "../kit/command/command";
import type { WorkerEvent } from "./api";
import { DevLoop } from "./dev/dev-loop";
import { SESSION_OPTIONS } from "./options";
import { main } from "./main";
import { withSession } from "./session";

const DEV = defineCommand({
  name: "dev",
  summary: `
Deploys a stack to a Cloudflare on this machine and keeps running. When you save a file that the program or a bundle
reads, or the stack's config, the Workers answer with it and the stack is deployed again. Each request that a Worker
answers is a line, and so is what it prints and throws, with secrets masked. Ctrl-C destroys the stack and cleans up.`,
  positionals: {},
  options: {
    ...SESSION_OPTIONS,
    port: {
      value: "PORT",
      help: "the first Worker's port; other Workers get the next ones",
      default: "8787",
      parse: (text: string) => {
        const port = Number(text);
        if (/^\d+$/.test(text) && port <= 65_535) return port;
        throw new UsageError("expected a number up to 65535; 0 takes any free port");
      },
    },
    persist: {
      value: "FOLDER",
      help: "keep the data of KV, D1, R2, Durable Objects and workflows in FOLDER for the next session",
      // npm starts a checkout's scripts in its folder, and says where it was called.
      parse: (folder: string) => path.resolve((IS_PACKAGE ? undefined : process.env.INIT_CWD) ?? "", folder),
    },
    verbose: { help: "print all that Pulumi says about each deploy" },
  },
  notes: `
A line NAME=value in .dev.vars, beside Pulumi.yaml, overrides the secret that Workers have as NAME, on this machine only.`,
});

void main(DEV, (frame, { persist: dataFolder, port: workerPort, stack, verbose }) => {
  const workers = new Set<string>();
  const onWorkerEvent = ({ worker, kind, text }: WorkerEvent) => {
    workers.add(worker);
    const prefix = workers.size > 1 ? `[${worker}] ` : "";
    frame.log(prefix + (kind === "error" || kind === "warn" ? `${kind}: ${text}` : text));
  };
  const all = { ...frame, stack, dataFolder, workerPort, onWorkerEvent };
  return withSession(all, (session) => new DevLoop(session, { ...frame, dataFolder, verbose }).run());
});
