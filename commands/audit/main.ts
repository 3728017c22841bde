import * as fs from "node:fs/promises";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { findPulumi } from "../../kit/pulumi-cli";
import { startProgress } from "../../kit/progress";
import { explain } from "../../kit/explain";
import { audit } from "./audit";
import { Cloudflare, hasToken } from "./cloudflare";
import { Notes } from "./notes";
import { page } from "./page";
import type { Report } from "./report";
import { table } from "./table";
import { noneNamed, usesOf } from "./uses";

const HELP = `npm run audit [-- [NAME] [OPTION...]]

Lists the secrets of all Workers in all stacks of the project: where each comes from, when it was last changed and by
whom, whether it is older than its maxAge, whether it is on its Worker, and which others have the same value. With
NAME, the name of a binding or a config key: where that secret is used, under whichever name.

  --json        prints the report as JSON
  --html FILE   writes it as a page too
  --offline     makes no request to Cloudflare: nothing is known of what is live
  --compare     finds equal values of all stacks too. Each stack's state is decrypted in this process' memory for that,
                which takes what \`pulumi up\` takes (PULUMI_CONFIG_PASSPHRASE, say); no value is shown or written

Without --compare no passphrase is needed. What is live is read with CLOUDFLARE_API_TOKEN (Workers Scripts Read), or
CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL; CLOUDFLARE_BASE_URL is another address of the API.
Exit code: 0 nothing to do, 1 something is overdue, missing or undeclared, or could not be read, 2 wrong arguments or
no token, 130 interrupted. That it is not known whether something is overdue (\`overdue?\`) counts too; that values are
shared, or could not be compared, does not. For a program that reads the JSON: npm run --silent audit -- --json
`;

interface Request {
  readonly name: string | undefined;
  readonly json: boolean;
  readonly html: string | undefined;
  readonly offline: boolean;
  readonly compare: boolean;
}

/** @returns what is asked for, or what is wrong with it, a line each */
function parse(args: string[], env: NodeJS.ProcessEnv): Request | "help" | string[] {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      html: { type: "string" },
      offline: { type: "boolean", default: false },
      compare: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    return "help";
  }
  const problems: string[] = [];
  const [name, ...more] = positionals;
  if (more.length > 0) {
    problems.push("Expected one name at most.");
  }
  if (values.html === "") {
    problems.push("--html: expected the file to write.");
  }
  if (!values.offline && !hasToken(env)) {
    problems.push(
      "No Cloudflare token: set CLOUDFLARE_API_TOKEN to see what is live, or say --offline for what is recorded only.",
    );
  }
  const { json, html, offline, compare } = values;
  return problems.length > 0 ? problems : { name, json, html, offline, compare };
}

/** @returns the exit code */
async function run({ name, json, html, offline, compare }: Request): Promise<number> {
  const notes = new Notes();
  const progress = process.stderr.isTTY ? startProgress("Audit") : undefined;
  let report: Report;
  try {
    report = await audit({
      cli: await findPulumi(),
      cloudflare: offline ? undefined : new Cloudflare(process.env, notes),
      byValue: compare,
      notes,
      progress: (doing) => progress?.note(doing),
    });
  } finally {
    progress?.stop();
  }
  const shown = name === undefined ? report : usesOf(report, name);
  if (name !== undefined && shown.secrets.length === 0) {
    process.stderr.write(`${[noneNamed(report.secrets, name), ...report.notes].join("\n")}\n`);
    return 1;
  }
  const color = process.stdout.isTTY && !process.env.NO_COLOR;
  process.stdout.write(`${json ? JSON.stringify(shown, undefined, 2) : table(shown, color)}\n`);
  if (html !== undefined) {
    await write(html, page(shown, name));
    process.stderr.write(`Written: ${path.resolve(html)}\n`);
  }
  const findings = shown.secrets.some(
    ({ state, overdue }) => state === "missing" || state === "undeclared" || overdue !== false,
  );
  return findings || !notes.complete ? 1 : 0;
}

/** All of it or nothing, also for somebody who reads it meanwhile. */
async function write(file: string, content: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  try {
    await fs.writeFile(draft, content);
    await fs.rename(draft, file);
  } finally {
    await fs.rm(draft, { force: true });
  }
}

async function main(): Promise<number> {
  let request: ReturnType<typeof parse>;
  try {
    request = parse(process.argv.slice(2), process.env);
  } catch (error) {
    request = [explain(error)];
  }
  if (request === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  if (Array.isArray(request)) {
    process.stderr.write(`${request.join("\n")}\n\n${HELP}`);
    return 2;
  }
  try {
    return await run(request);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    return 1;
  }
}

process.once("SIGINT", () => process.exit(130));
// Nobody reads on, as with `| head`.
process.stdout.on("error", () => process.exit(1));
void main().then((code) => {
  // Once all is written; a client that waits to ask again would hold this process.
  process.stdout.write("", () => process.exit(code));
});
