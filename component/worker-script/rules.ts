import * as pulumi from "@pulumi/pulumi";
import { findBindingProblems } from "./binding-rules";
import { checkAccountId } from "../account-id";
import { checker } from "../checker";
import type { ResolvedArgs } from "./declared-bindings";
import { findModuleProblems } from "./module-rules";
import { findSettingProblems } from "./setting-rules";

// The source of each limit is in the comment of its argument, in args.ts.
const MAX_NAME = 255;
const MAX_DNS_LABEL = 63;

/**
 * Finds what is wrong with the arguments. A problem has the path, what is expected there and how to fix it, and never a
 * value, not even a name: a secret may be in the wrong place.
 */
export function findProblems(args: ResolvedArgs, now: Date): string[] {
  const problems: string[] = [];
  const check = checker(problems);

  checkAccountId(args.accountId, check);
  check("name", args.name, (name) => /^[a-z0-9_][a-z0-9-_]*$/.test(name) && name.length <= MAX_NAME, NAME);
  if (args.workersDev === true) {
    check("name", args.name, isDnsLabel, DNS_LABEL);
  }
  if (args.workersDevSubdomain !== undefined) {
    check("workersDevSubdomain", args.workersDevSubdomain, isDnsLabel, SUBDOMAIN);
  }
  check("content", args.content, (content) => content.trim() !== "", CONTENT);
  if (args.compatibilityDate !== undefined) {
    check("compatibilityDate", args.compatibilityDate, (date) => isPastDate(date, now), DATE);
  }
  for (const [argument, choices] of CHOICES) {
    if (args[argument] !== undefined) {
      const expected = `one of ${choices.join(", ")}. Leave it out for error`;
      check(argument, args[argument], (choice) => choices.includes(choice), expected);
    }
  }

  for (const argument of SWITCHES) {
    const value = args[argument];
    if (value !== undefined && !pulumi.isUnknown(value) && typeof value !== "boolean") {
      problems.push(`${argument}: expected true or false. Take quotes away.`);
    }
  }

  problems.push(...findModuleProblems(args), ...findSettingProblems(args), ...findBindingProblems(args));
  return problems;
}

const NAME = `1 to ${MAX_NAME} characters of a-z, 0-9, - and _, not starting with -. Choose another script name`;
const DNS_LABEL =
  `at most ${MAX_DNS_LABEL} characters and no - at the end, because workersDev makes it a host name. ` +
  "Choose another script name or leave workersDev out";
const SUBDOMAIN = "only the account's own part of the address, such as my-team in my-team.workers.dev";
const CONTENT = "the script's source code, not an empty text. Check the file that it is read from";
const DATE = "a date as YYYY-MM-DD, not in the future. Use the day on which you last tested the Worker";
const CHOICES: readonly [keyof ResolvedArgs, readonly string[]][] = [
  ["undeclaredSecrets", ["error", "warn", "delete"]],
  ["undeclaredVariables", ["error", "warn", "delete"]],
  ["undeclaredBindings", ["error", "warn", "delete"]],
  ["unreadableWorker", ["error", "warn"]],
];

/** Other languages than TypeScript may pass a text, and "false" would count as true. */
const SWITCHES: readonly (keyof ResolvedArgs)[] = [
  "module",
  "workersDev",
  "takeOver",
  "keepAssets",
  "logpush",
];

function isDnsLabel(text: string): boolean {
  return /^[a-z0-9_]([a-z0-9-_]*[a-z0-9_])?$/.test(text) && text.length <= MAX_DNS_LABEL;
}

function isPastDate(date: string, now: Date): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) : NaN;
  // A day that does not exist, such as 30 February, is parsed as another one.
  return time <= now.getTime() && new Date(time).toISOString().startsWith(date);
}
