import { main } from "./main";
import { withSession } from "./session";

const HELP = `npm start

Deploys the dev stack to a Cloudflare on this machine, asks its Worker once, prints the answer, and cleans up.
No account, no token, nothing to install: Pulumi's engine is found on PATH or under PULUMI_HOME, or installed there,
or built with Go.
`;

void main(HELP, (options) =>
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
