import { mapBounded } from "../../../kit/map-bounded";
import type { Notes } from "../../../kit/notes";
import type { PulumiCli } from "../../../kit/pulumi-cli";
import { exportStack } from "../../../kit/stack-state";
import { firstLine, listOtherStacks, listStacks, STACKS_AT_A_TIME } from "../stacks";
import { findingsOf, mayOf } from "./findings";
import { readRecords, type RecordedToken } from "./recorded";

/** A token as the report shows it. */
export interface AuditedToken extends Omit<RecordedToken, "purpose"> {
  /** `bootstrap`, `deploy` or `preview`; undefined for a token without a `DeployToken`. */
  readonly kind: string | undefined;
  readonly may: string;
  /** In whole days. */
  readonly age: number | undefined;
  /** What needs attention; empty if nothing does. */
  readonly findings: readonly string[];
}

export interface TokenReport {
  readonly project: string;
  /** ISO 8601. */
  readonly at: string;
  readonly tokens: readonly AuditedToken[];
  readonly notes: readonly string[];
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Lists the tokens that the project's stacks have made, from their states. What is needed is also read from the stacks of
 * other projects in the same backend, because tokens are declared apart from what they deploy.
 */
export async function auditTokens(
  cli: PulumiCli,
  notes: Notes,
  now: Date = new Date(),
): Promise<TokenReport> {
  const own = await listStacks(cli, notes);
  const others = await listOtherStacks(cli).catch((error: unknown) => {
    notes.fail(`The stacks of other projects could not be listed: ${firstLine(error)}.`, "");
    return [];
  });
  const read = await mapBounded([...own, ...others], STACKS_AT_A_TIME, async (stack) => {
    try {
      return [readRecords(stack, await exportStack(cli, stack))];
    } catch (error) {
      notes.fail(`The state of {} could not be read: ${firstLine(error)}.`, stack);
      return [];
    }
  });
  const records = read.flat();
  const needs = records.map((record) => record.needs);
  const tokens = records
    .flatMap((record) => record.tokens)
    .filter(({ environment }) => own.includes(environment))
    .map((recorded): AuditedToken => {
      const { purpose, ...token } = recorded;
      const age =
        token.created === undefined
          ? undefined
          : Math.max(0, Math.floor((now.getTime() - Date.parse(token.created)) / DAY_MS));
      const findings = findingsOf(recorded, needs, now);
      return { ...token, kind: purpose?.kind, may: mayOf(recorded), age, findings };
    })
    .sort((a, b) => (`${a.environment}\0${a.name}` < `${b.environment}\0${b.name}` ? -1 : 1));
  return { project: cli.project, at: now.toISOString(), tokens, notes: notes.sentences() };
}
