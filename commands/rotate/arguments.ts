import { defineCommand, UsageError } from "../../kit/command/command";
import { stackOfDev } from "./beside-dev";
import { ALPHANUMERIC, generatorProblem } from "./generator";

/** Ten years. A time beyond what a Date can hold would switch the guard off. */
const LONGEST_MS = 3_650 * 86_400_000;
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

export const ROTATE = defineCommand({
  name: "rotate",
  summary: `
Rotates a secret of a stack's config without refusing a caller. The command reads the new value, without showing it,
from the terminal or from standard input; keeps the current value as KEY-previous; shows a preview; asks; and deploys.
A binding that is declared with configSecret("KEY") then has both values: NAME and NAME_PREVIOUS.`,
  positionals: {
    key: {
      name: "KEY",
      help:
        "the config key of the secret, such as api-key, or the path into an object, such as database.password; never pass the " +
        "value: the command asks for it",
      required: true,
    },
  },
  options: {
    finish: { help: "drops the previous value, once all callers use the new one" },
    rollback: {
      help: "makes the previous value the current one again, and keeps the other as the previous one",
    },
    stack: { value: "STACK", help: "the stack; without it, the selected one" },
    "config-file": {
      value: "FILE",
      help: "the file with the values, for a stack that deploys without them; without it, the stack's own",
    },
    generate: { help: "makes the new value, which is then read with: pulumi config get KEY" },
    length: { value: "N", default: "32", help: "how many characters the generated value has", parse: Number },
    alphabet: {
      value: "CHARS",
      help: "the characters to choose from; without it, A-Z, a-z and 0-9",
    },
    grace: {
      value: "TIME",
      default: "24h",
      help: "how long after its deploy a rotation cannot be finished: 30m, 24h, 7d",
      parse: duration,
    },
    "no-deploy": {
      help: "changes the config only, for a pull request; the same call after the deploy records it",
    },
    yes: { help: "deploys without asking" },
  },
  notes: `
If a rotation is interrupted at any point, run it again with the same arguments: it continues. Standard input is for
the value, never an argument. The config keys KEY-previous, KEY-retired and KEY-rotation belong to the command.
Of a path, KEY-previous is beside the value in the object.
Exit code: 0 done, 1 not done, 2 wrong arguments, 130 interrupted.`,
  check: (values) => {
    const {
      finish,
      rollback,
      generate,
      length,
      alphabet = ALPHANUMERIC,
      yes,
      "no-deploy": noDeploy,
    } = values;
    const dev = stackOfDev();
    const isDevs = dev !== undefined && (values.stack ?? dev) === dev;
    const weak = generatorProblem({ length, alphabet });
    return [
      ...(finish && rollback ? ["--finish and --rollback: expected one of them."] : []),
      ...((finish || rollback) && generate
        ? ["--generate: expected without --finish and --rollback, which have their value."]
        : []),
      ...(weak === undefined ? [] : [weak]),
      ...(process.stdin.isTTY || yes || noDeploy || isDevs
        ? []
        : ["--yes or --no-deploy: expected one of them, because there is no terminal to ask on."]),
    ];
  },
});

/** @returns milliseconds */
function duration(text: string): number {
  const [, count, unit = ""] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (UNITS[unit] ?? 0);
  if (!(milliseconds <= LONGEST_MS)) {
    throw new UsageError("expected a number and m, h or d, such as 24h, and at most 3650d.");
  }
  return milliseconds;
}
