import { commandLine } from "../../component/contract/command-line";
import { defineCommand } from "../../kit/command/command";
import { untilInterrupted } from "../../kit/command/interruption";
import { main } from "../../kit/command/main";
import { Cloudflare, hasToken } from "../../kit/live/cloudflare";
import type { Notes } from "../../kit/notes";
import { ROOT } from "../../kit/project";
import { chosenStack, findPulumi } from "../../kit/pulumi-cli";
import { stackOption } from "../../kit/pulumi-command";
import { quoted } from "../../kit/quoted";
import { hideInput } from "../../kit/terminal";
import { visible } from "../../kit/visible";
import { move, type MoveOptions } from "./from-v5";
import { Stack } from "./stack";
import { undo } from "./undo";

const FROM_V5 = defineCommand({
  name: "from-v5",
  summary: `
Moves the Workers of a stack from @pulumi/cloudflare v5 to v6. The command shows each WorkerScript and WorkerSecret of v5
with the arguments of the WorkerScript that takes it over, asks, saves the state in a file, and takes them out of the state.
Nothing on Cloudflare is changed: the Workers serve on, and the next deploy takes them over.`,
  positionals: {},
  options: {
    stack: { value: "STACK", help: "the stack; without it, the selected one" },
    yes: { help: "does it without asking; without a terminal and without this, nothing is changed" },
    "set-config": {
      help: "sets, in the stack's config, the secrets whose value is only in v5's state",
    },
    undo: { value: "FILE", help: "puts the saved state back, unless the stack was deployed since" },
  },
  notes: `
The state and the config are decrypted in this process' memory, which needs what \`pulumi up\` needs: for example
PULUMI_CONFIG_PASSPHRASE, for which it asks on a terminal. No value is shown, or written unencrypted. With
CLOUDFLARE_API_TOKEN, which needs Workers Scripts Read, it also names what is live and not of v5.
It can be interrupted and run again at any point.
Exit code: 0 the state has no Worker of v5 any more, or with --undo is as saved; 1 nothing was changed; 2 wrong arguments;
130 interrupted.`,
  check: ({ undo: file, "set-config": setsConfig }) =>
    file !== undefined && setsConfig
      ? ["--undo: expected no --set-config, because the config stays as it is."]
      : [],
});

void main(FROM_V5, async (values, { interrupted, log }) => {
  const hidden = process.stdin.isTTY ? hideInput() : undefined;
  const agrees: MoveOptions["agrees"] = async (question, words) => {
    if (values.yes) return true;
    if (hidden !== undefined && (await hidden.confirm(visible(question), interrupted))) return true;
    const again = commandLine(
      "from-v5",
      [...words, ...stackOption(values.stack), "--yes"].map((word) => quoted(word)),
    );
    log(
      hidden === undefined
        ? `Dry run: nothing was changed, because there is no terminal to ask on. To do it: ${again}`
        : "Nothing was changed.",
    );
    return false;
  };
  const run = async () => {
    const cli = await findPulumi();
    const options: MoveOptions = {
      ...{ cli, hidden, interrupted, agrees, log, folder: ROOT },
      setConfig: values["set-config"],
      cloudflare: hasToken(process.env) ? (notes: Notes) => new Cloudflare(process.env, notes) : undefined,
    };
    const stack = new Stack(await chosenStack(cli, values.stack), options);
    return values.undo === undefined ? move(stack, options) : undo(stack, values.undo, options);
  };
  try {
    return (await untilInterrupted(interrupted, run())) ? 0 : 1;
  } finally {
    hidden?.release();
  }
});
