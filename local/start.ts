import { defineCommand } from "../kit/command/command";
import { main } from "./main";
import { withSession } from "./session";

const START = defineCommand({
  call: "npm start",
  summary: `
Deploys the dev stack to a Cloudflare on this machine, asks its Worker once, prints the answer, and cleans up.
You need no account and no token, and install nothing: Pulumi's engine is found on PATH or under PULUMI_HOME, or
installed there, or built with Go.`,
  positionals: {},
  options: {},
  notes: "",
});

void main(START, (options) =>
  withSession(options, async ({ deploy }) => {
    const url = await deploy();
    options.log(`\nGET ${url}`);
    const response = await fetch(url, { signal: options.signal });
    const answer = await response.text();
    if (!response.ok) {
      throw new Error(`The Worker answered ${response.status}: ${answer}`);
    }
    options.log(answer);
  }),
);
