import * as path from "node:path";
import { commandLine } from "../../component/contract/command-line";
import { type CommandValues, defineCommand } from "../../kit/command/command";
import { untilInterrupted } from "../../kit/command/interruption";
import { type Frame, main } from "../../kit/command/main";
import { Cloudflare, hasToken } from "../../kit/live/cloudflare";
import { Notes } from "../../kit/notes";
import { refuseUnwritable, writeOutput } from "../../kit/output-file";
import { startProgress } from "../../kit/progress";
import { findPulumi } from "../../kit/pulumi-cli";
import { type HiddenInput, hideInput } from "../../kit/terminal";
import { visible, visibleJson } from "../../kit/visible";
import { audit } from "./audit";
import { page } from "./page";
import type { Report } from "./report";
import { table } from "./table";
import { auditTokens } from "./tokens/audit-tokens";
import { tokenTable } from "./tokens/table";
import { noneNamed, usesOf } from "./uses";

const AUDIT = defineCommand({
  name: "audit",
  summary: `
Lists the secrets of all Workers in all stacks of the project: where each comes from, when it was last changed and by
whom, whether it is older than its maxAge, whether it is on its Worker, and which others have the same value. What
serves is what counts: after a rollback or in a gradual deployment, that is not the latest version.`,
  positionals: {
    name: {
      name: "NAME",
      help: "a binding or a config key: the report then shows where that secret is used, under any name",
      required: false,
    },
  },
  options: {
    json: { help: "prints the report as JSON" },
    html: { value: "FILE", help: "also writes the report as a page" },
    tokens: {
      help:
        "lists the API tokens that the stacks of this project have made instead: what each may do, its age and expiry, and " +
        "what it may do that no stack needs. It makes no request to Cloudflare",
    },
    offline: { help: "makes no request to Cloudflare, so the report does not say what is live" },
    compare: {
      help:
        "also finds equal values in all stacks. For that it decrypts each stack's state in this process' memory, which " +
        "needs what `pulumi up` needs: for example PULUMI_CONFIG_PASSPHRASE, or AUDIT_PASSPHRASE_<STACK> for a stack " +
        "with a passphrase of its own. On a terminal it asks for what is missing. No value is shown or written",
    },
  },
  notes: `
Without --compare no passphrase is needed. What is live is read with CLOUDFLARE_API_TOKEN (Workers Scripts Read), or
CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL; CLOUDFLARE_BASE_URL sets another address of the API.
Exit code: 0 nothing to do; 1 something is overdue, missing or undeclared, a token has expired or may do more than
is needed, an older version than the stack's last upload serves, or something could not be read; 2 wrong arguments or
no token; 130 interrupted. If the audit cannot tell whether a secret is overdue (\`overdue?\`), that counts too; values
that are shared, or could not be compared, do not.
For a program that reads the JSON: ${commandLine("audit", ["--json"], "--silent")}`,
  check: ({ tokens, name, html, compare, offline }) => {
    if (tokens) {
      const without = name !== undefined || html !== undefined || compare;
      return without ? ["--tokens has no NAME, no --html and no --compare: run it without them."] : [];
    }
    return offline || hasToken(process.env)
      ? []
      : [
          "No Cloudflare token: set CLOUDFLARE_API_TOKEN to see what is live, or use --offline to see only what is " +
            "recorded.",
        ];
  },
});

type Request = CommandValues<typeof AUDIT>;

/**
 * @param hidden the terminal, to ask for passphrases
 * @returns the exit code
 */
async function run(
  { name, json, html, offline, compare, tokens }: Request,
  { interrupted, color }: Frame,
  hidden: HiddenInput | undefined,
): Promise<number> {
  // A terminal that does not know its size says 0.
  const width = process.stdout.columns || undefined;
  const notes = new Notes();
  if (tokens) {
    const listed = await auditTokens(await findPulumi(), notes);
    process.stdout.write(`${json ? visibleJson(listed) : tokenTable(listed, color, width)}\n`);
    return listed.tokens.some(({ findings }) => findings.length > 0) || !notes.complete ? 1 : 0;
  }
  if (html !== undefined) await refuseUnwritable({ option: "--html", file: html });
  const progress = process.stderr.isTTY ? startProgress("Audit") : undefined;
  let report: Report;
  try {
    report = await audit({
      cli: await findPulumi(),
      cloudflare: offline ? undefined : new Cloudflare(process.env, notes),
      byValue: compare,
      askPassphrase:
        hidden &&
        ((question) => {
          progress?.stop();
          return hidden.ask(question, interrupted);
        }),
      notes,
      progress: (doing) => progress?.note(doing),
    });
  } finally {
    progress?.stop();
  }
  const shown = name === undefined ? report : usesOf(report, name);
  if (name !== undefined && shown.secrets.length === 0) {
    const said = [noneNamed(report.secrets), ...report.notes].map(visible);
    process.stderr.write(`${said.join("\n")}\n`);
    return 1;
  }
  process.stdout.write(`${json ? visibleJson(shown) : table(shown, color, width)}\n`);
  if (html !== undefined) {
    await writeOutput({ option: "--html", file: html }, page(shown, name));
    process.stderr.write(`Written: ${visible(path.resolve(html))}\n`);
  }
  const findings = shown.secrets.some(
    ({ state, overdue }) => state === "missing" || state === "undeclared" || overdue !== false,
  );
  return findings || !notes.complete ? 1 : 0;
}

void main(AUDIT, async (request, frame) => {
  const hidden = request.compare && process.stdin.isTTY ? hideInput() : undefined;
  try {
    return await untilInterrupted(frame.interrupted, run(request, frame, hidden));
  } finally {
    hidden?.release();
  }
});
