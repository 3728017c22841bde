import { parseArgs } from "node:util";
import { findPulumi } from "../../kit/pulumi-cli";
import { explain } from "../../kit/explain";
import { generatorProblem } from "./new-value";
import { rotate, type Request } from "./rotate";
import { Interrupted } from "./terminal";

const HELP = `npm run rotate -- KEY [--stack STACK] [OPTION...]

Rotates a secret of a stack's config without shutting anybody out. It reads the new value, without showing it, from
the terminal or from standard input; keeps the current one as KEY-previous; shows a preview; asks; and deploys. A
binding that is declared with configSecret("KEY") then has both values: NAME and NAME_PREVIOUS.

  --finish           drops the previous value, when all callers use the new one
  --rollback         makes the previous value the current one again, and keeps the other as the previous one

  --stack STACK      the stack; without it, the selected one
  --generate         makes the new value, which is then read with: pulumi config get KEY
  --length N         how many characters it has (default 32)
  --alphabet CHARS   the characters to choose from (default A-Z, a-z, 0-9)
  --grace TIME       how long after its deploy a rotation cannot be finished: 30m, 24h, 7d (default 24h)
  --no-deploy        changes the config only, for a pull request; run it again after the deploy
  --yes              does not ask before it deploys

Interrupted at any point, it is run again with the same arguments and goes on. Standard input is for the value, never
an argument. The config keys KEY-previous, KEY-retired and KEY-rotation are its own.
Exit code: 0 done, 1 not done, 2 wrong arguments, 130 interrupted.
`;

const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @returns what is asked for, or what is wrong with it, a line each */
function parse(args: string[]): Request | "help" | string[] {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      finish: { type: "boolean", default: false },
      rollback: { type: "boolean", default: false },
      stack: { type: "string" },
      generate: { type: "boolean", default: false },
      length: { type: "string", default: "32" },
      alphabet: { type: "string", default: ALPHANUMERIC },
      grace: { type: "string", default: "24h" },
      "no-deploy": { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    return "help";
  }
  const problems: string[] = [];
  const [key, ...more] = positionals;
  if (key === undefined || more.length > 0) {
    // It is not repeated: somebody may have put a value there.
    problems.push(
      "Expected one config key and nothing else, such as secrets-demo. A value is no argument: it is asked for.",
    );
  }
  if (values.finish && values.rollback) {
    problems.push("--finish and --rollback: expected one of them.");
  }
  if ((values.finish || values.rollback) && values.generate) {
    problems.push("--generate: expected without --finish and --rollback, which have their value.");
  }
  const [, count, unit = ""] = /^(\d+)([mhd])$/.exec(values.grace) ?? [];
  if (count === undefined) {
    problems.push("--grace: expected a number and m, h or d, such as 24h.");
  }
  const generator = { length: Number(values.length), alphabet: values.alphabet };
  const weak = generatorProblem(generator);
  if (weak !== undefined) {
    problems.push(weak);
  }
  if (!process.stdin.isTTY && !values.yes && !values["no-deploy"]) {
    problems.push("--yes or --no-deploy: expected one of them where nobody can be asked (no terminal).");
  }
  if (problems.length > 0) {
    return problems;
  }
  return {
    key: key ?? "",
    operation: values.finish ? "finish" : values.rollback ? "rollback" : "rotate",
    stack: values.stack,
    generator: values.generate ? generator : undefined,
    graceMs: Number(count) * (UNITS[unit] ?? 0),
    deploy: !values["no-deploy"],
    yes: values.yes,
  };
}

async function main(): Promise<number> {
  let request: ReturnType<typeof parse>;
  try {
    request = parse(process.argv.slice(2));
  } catch (error) {
    // Only the first line: what follows repeats the argument.
    request = [explain(error).split("\n")[0]?.split(". To specify")[0] ?? ""];
  }
  if (request === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  if (Array.isArray(request)) {
    process.stderr.write(`${request.join("\n")}\n\n${HELP}`);
    return 2;
  }

  const interruption = new AbortController();
  const termination = new AbortController();
  // A terminal sends Ctrl-C to the engine too, which then stops in order, and this waits for it.
  process.on("SIGINT", () => {
    interruption.abort();
  });
  const terminate = () => {
    interruption.abort();
    termination.abort();
  };
  for (const event of ["SIGTERM", "SIGHUP"]) {
    process.on(event, terminate);
  }
  for (const stream of [process.stdout, process.stderr]) {
    // Nobody reads on, as with `| head`.
    stream.on("error", terminate);
  }
  try {
    const done = await rotate(request, {
      cli: await findPulumi(),
      signal: termination.signal,
      interruption: interruption.signal,
      color: process.stdout.isTTY && !process.env.NO_COLOR,
      log: (line) => void process.stdout.write(`${line}\n`),
      onOutput: (text) => void process.stdout.write(text),
    });
    return done ? 0 : 1;
  } catch (error) {
    const interrupted = interruption.signal.aborted || error instanceof Interrupted;
    process.stderr.write(`${interrupted ? "Interrupted." : explain(error)}\n`);
    return interrupted ? 130 : 1;
  }
}

void main().then((code) => {
  process.exit(code);
});
