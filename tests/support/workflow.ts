import * as fs from "node:fs";
import * as path from "node:path";
import { runInNewContext } from "node:vm";
import { parse } from "yaml";

const WORKFLOWS = path.join(__dirname, "../../.github/workflows");

interface Step {
  readonly if?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix?: Readonly<Record<string, readonly string[]>> };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

export function readWorkflow(name: string): Workflow {
  return parse(fs.readFileSync(path.join(WORKFLOWS, `${name}.yml`), "utf8")) as Workflow;
}

/** What an expression of a workflow can name. */
export type Contexts = Readonly<Record<string, unknown>>;

/** Evaluates an expression. Those of this project's workflows are JavaScript too. */
export function evaluate(expression: string, contexts: Contexts): unknown {
  return runInNewContext(expression, { ...contexts });
}

/** Replaces the expressions in a text. */
export function filledIn(text: unknown, contexts: Contexts): string {
  return String(text).replaceAll(/\$\{\{ (.+?) \}\}/g, (_, expression: string) =>
    String(evaluate(expression, contexts)),
  );
}
