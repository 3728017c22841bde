import { defineCommand } from "../../kit/command/command";
import { untilInterrupted } from "../../kit/command/interruption";
import { main } from "../../kit/command/main";
import { Cloudflare, hasToken } from "../../kit/live/cloudflare";
import type { Notes } from "../../kit/notes";
import { findPulumi } from "../../kit/pulumi-cli";
import { hideInput } from "../../kit/terminal";
import { repair } from "./repair";

const REPAIR = defineCommand({
  name: "repair",
  summary: `
Makes the secrets that are live on a stack's Workers those that the stack's last deploy declared. The command shows each
difference by name, asks, removes secrets that are live and not declared, and puts back declared ones that are missing,
with their values from the stack's state. Each Worker gets one request that changes everything or nothing.`,
  positionals: {
    worker: {
      name: "WORKER",
      help: "the name of the script, or of its resource; without it, all Workers of the stack",
      required: false,
    },
  },
  options: {
    stack: { value: "STACK", help: "the stack; without it, the selected one" },
    yes: { help: "does it without asking; without a terminal and without this, nothing is changed" },
  },
  notes: `
The state is decrypted in this process' memory, which needs what \`pulumi up\` needs: for example PULUMI_CONFIG_PASSPHRASE,
for which it asks on a terminal. No value is shown or written. CLOUDFLARE_API_TOKEN needs Workers Scripts Write, and to
look only, Workers Scripts Read; CLOUDFLARE_BASE_URL sets another address of the API.
Bindings other than secrets are named, with what to do about them. Values cannot be compared: Cloudflare returns none.
It can be interrupted and run again at any point.
Exit code: 0 all is as declared; 1 a difference remains, or something could not be read; 2 wrong arguments or no token;
130 interrupted.`,
  check: () =>
    hasToken(process.env)
      ? []
      : ["No Cloudflare token: set CLOUDFLARE_API_TOKEN, to see what is live and to change it."],
});

void main(REPAIR, async (values, { interrupted, log }) => {
  const hidden = process.stdin.isTTY ? hideInput() : undefined;
  const run = async () => {
    const cli = await findPulumi();
    const cloudflare = (notes: Notes) => new Cloudflare(process.env, notes);
    return repair({ ...values, cli, hidden, interrupted, cloudflare, log });
  };
  try {
    return (await untilInterrupted(interrupted, run())) ? 0 : 1;
  } finally {
    hidden?.release();
  }
});
