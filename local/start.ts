import { defineCommand } from "../kit/command/command";
import { main } from "./main";
import { SESSION_OPTIONS } from "./options";
import { withSession } from "./session";

const START = defineCommand({
  name: "start",
  summary: `
Deploys a stack to a Cloudflare on this machine, asks each of its Workers once, prints the answers, and cleans up.
You need no account and no token, and install nothing: Pulumi's engine is found on PATH or under PULUMI_HOME, or
installed there, or built with Go.`,
  positionals: {},
  options: SESSION_OPTIONS,
  notes: "",
});

void main(START, (frame, { stack }) =>
  withSession({ ...frame, stack }, async (session) => {
    const { log, onOutput, signal } = frame;
    await session.deploy({ onOutput });
    const { cloudflare } = session;
    const workers = session
      .workers()
      .filter(({ accountId, scriptName }) => cloudflare.answersRequests(accountId, scriptName));
    if (workers.length === 0) log("\nThe stack was deployed, and has no Worker that answers requests.");
    for (const { scriptName, url } of workers) {
      log(`\nGET ${url}`);
      const response = await fetch(url, { signal });
      const answer = await response.text();
      if (!response.ok) throw new Error(`${scriptName} answered ${response.status}: ${answer}`);
      log(answer);
    }
  }),
);
