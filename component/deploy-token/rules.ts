import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { checkAccountId } from "../account-id";
import { checker, type Check } from "../checker";
import { KINDS } from "./args";

/** The arguments with Outputs resolved, of any type: a program in JavaScript is not checked by the compiler. */
export type ResolvedArgs = Readonly<Record<string, unknown>>;

const DAY_MS = 24 * 60 * 60 * 1000;
/** A bootstrap token may change every Worker of the account, so it lives for one deploy. */
const MOST_DAYS = { bootstrap: 7, other: 366 };

/** Lists what is wrong with the arguments: each with its path, what is expected, and the fix. */
export function findProblems(args: ResolvedArgs, now: Date): string[] {
  const problems: string[] = [];
  const check = checker(problems);
  checkAccountId(args.accountId, check);
  check(
    "kind",
    args.kind,
    (kind) => (KINDS as readonly string[]).includes(kind),
    `one of ${KINDS.join(", ")}`,
  );
  checkDays(args, now, check, problems);
  checkNeeds(args, check, problems);
  if (args.name !== undefined) check("name", args.name, (name) => name !== "" && name.length <= 100, NAME);
  if (args.allowedAddresses !== undefined) {
    const ranges = listAt("allowedAddresses", args.allowedAddresses, problems);
    ranges.forEach((range, at) => {
      check(`allowedAddresses[${at}]`, range, isRange, RANGE);
    });
    if (Array.isArray(args.allowedAddresses) && ranges.length === 0) {
      problems.push("allowedAddresses: expected at least one range. Leave it out to allow any address.");
    }
  }
  return problems;
}

function checkDays(args: ResolvedArgs, now: Date, check: Check, problems: string[]): void {
  const { expiresOn, previousExpiresOn: previous } = args;
  const most = args.kind === "bootstrap" ? MOST_DAYS.bootstrap : MOST_DAYS.other;
  check("expiresOn", expiresOn, isDay, DAY);
  if (isDay(expiresOn)) {
    const days = (Date.parse(expiresOn) - now.getTime()) / DAY_MS;
    if (days <= 0) problems.push(`expiresOn: ${expiresOn} has passed, and the token with it. ${NEW_DAY}`);
    if (days > most) {
      problems.push(
        `expiresOn: expected a day at most ${most} days from now for kind: ${JSON.stringify(args.kind)}.`,
      );
    }
  }
  if (previous === undefined) return;
  check("previousExpiresOn", previous, isDay, DAY);
  if (!isDay(previous)) return;
  const days = (Date.parse(previous) - now.getTime()) / DAY_MS;
  if (days <= 0 || days > most || previous === expiresOn) {
    problems.push(
      `previousExpiresOn: expected the day of another token that is still valid, at most ${most} days from now, not ${previous}. Take it out.`,
    );
  }
}

function checkNeeds({ kind, needs = {} }: ResolvedArgs, check: Check, problems: string[]): void {
  if (pulumi.isUnknown(needs)) return;
  if (typeof needs !== "object" || needs === null) {
    problems.push('needs: expected an object such as { workers: ["shop"] }, or what deployNeeds returns.');
    return;
  }
  const { workers, routeZones, secretsStore = false } = needs as ResolvedArgs;
  const names = workers === undefined ? [] : listAt("needs.workers", workers, problems);
  names.forEach((name, at) => {
    check(`needs.workers[${at}]`, name, (text) => text !== "", "the name of a Worker, such as shop");
  });
  if (kind === "deploy" && names.length === 0 && !pulumi.isUnknown(workers)) {
    problems.push('needs.workers: expected at least one Worker for kind: "deploy", such as ["shop"].');
  }
  const zones = routeZones === undefined ? [] : listAt("needs.routeZones", routeZones, problems);
  zones.forEach((zone, at) => {
    check(`needs.routeZones[${at}]`, zone, (id) => /^[0-9a-f]{32}$/.test(id), ZONE_ID);
  });
  if (typeof secretsStore !== "boolean" && !pulumi.isUnknown(secretsStore)) {
    problems.push("needs.secretsStore: expected true or false.");
  }
}

function listAt(path: string, value: unknown, problems: string[]): unknown[] {
  if (Array.isArray(value)) return value;
  if (!pulumi.isUnknown(value)) problems.push(`${path}: expected a list of texts.`);
  return [];
}

const DAY = "a day as YYYY-MM-DD, such as 2027-01-31";
const NEW_DAY =
  "Set a later day: the next `pulumi up` makes a new token, whose value the pipelines then need.";
const NAME = "1 to 100 characters. Leave it out for <project>-<stack>-<resource>";
const RANGE = "an IPv4 or IPv6 address or range, such as 203.0.113.0/24";
const ZONE_ID =
  "the id of a zone, 32 hexadecimal digits, which the overview of the zone in the dashboard shows";

function isDay(value: unknown): value is string {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const time = new Date(`${value}T00:00:00Z`);
  // A day that the month does not have becomes another one.
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(value);
}

function isRange(text: string): boolean {
  const [, address = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits ?? 0) <= (version === 4 ? 32 : 128);
}
