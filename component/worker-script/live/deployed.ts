import { unreadableAdvice } from "../../answers";
import { commandLine } from "../../contract/command-line";
import { SECRET_TYPES, VARIABLE_TYPES } from "../binding-type";
import { has } from "./binding-lists";
import type { Version } from "./lookup";
import type { Binding } from "./verdict";

/** The kinds that are compared: the Worker's secrets and variables. */
const COMPARED = [...SECRET_TYPES, "secrets_store_secret", "inherit", ...VARIABLE_TYPES];

/**
 * Compares what is declared with what gets traffic.
 *
 * @param serving the Worker's versions that get traffic
 * @param isUpload whether this run has uploaded the Worker
 * @returns how they differ and how to repair it; undefined if they match
 */
export function differsFromDeclared(
  scriptName: string,
  declared: readonly Binding[],
  serving: readonly Version[],
  isUpload: boolean,
): string | undefined {
  const places = serving.map((version) => compare(declared, version, serving.length > 1));
  const lacking = places.flatMap(({ missing }) => missing);
  const left = new Set(places.flatMap((place) => place.left));
  if (lacking.length + left.size === 0) return undefined;
  return [
    isUpload
      ? `The upload of the Worker "${scriptName}" went through, but the Worker is not what this program declares: ` +
        "Cloudflare did not do what was asked, or another stack or tool uploaded at the same time."
      : `The Worker "${scriptName}" is not what this program declares: the last deploy left it so, or another stack or tool ` +
        "has changed it since.",
    ...places.flatMap(({ lines }) => lines),
    `  To repair it: ${commandLine("repair", [scriptName])}`,
    ...[...left].map((name) => `  By hand: npx wrangler secret delete ${name} --name ${scriptName}`),
    ...(lacking.length === 0
      ? []
      : [
          "  By hand, for what it lacks: change anything about the Worker, such as its annotations, then pulumi up",
        ]),
    "  Until then each preview and each deploy of this stack stops here.",
  ].join("\n");
}

function compare(declared: readonly Binding[], { id, bindings: live }: Version, isOneOfMany: boolean) {
  const place = isOneOfMany ? `version ${id.slice(0, 8)} of the Worker` : "the Worker";
  const isLeft = ({ name, type }: Binding) => SECRET_TYPES.includes(type) && !has(declared, name);
  const missing = declared.filter((one) => COMPARED.includes(one.type) && !isServed(one, live)).map(nameOf);
  const left = live.filter(isLeft).map(nameOf);
  const lines = [
    ...missing.map((name) => `  - ${name}: ${place} lacks it.`),
    ...left.map((name) => `  - ${name}: ${place} still has it, and accepts its value.`),
  ];
  return { missing, left, lines };
}

function nameOf({ name }: Binding): string {
  return name;
}

/** The stack has the Worker, but Cloudflare does not. */
export function gone(scriptName: string): string {
  return `The Worker "${scriptName}" is gone: Cloudflare neither finds it nor lists it. To deploy it again: pulumi refresh, then pulumi up.`;
}

function isServed({ name, type }: Binding, live: readonly Binding[]): boolean {
  const found = live.find((binding) => binding.name === name);
  return found !== undefined && (!SECRET_TYPES.includes(type) || found.type === type);
}

export function notVerified(scriptName: string, reason: string): string {
  return (
    `What the Worker "${scriptName}" has after its last upload could not be read, so it is not verified. (${reason})\n` +
    `${unreadableAdvice(reason)}\n` +
    "  - The upload itself went through. To look again: pulumi up. It sends nothing that is already deployed.\n" +
    '  - To deploy without looking: unreadableWorker: "warn".'
  );
}

export function notVerifiedWarning(scriptName: string, reason: string): string {
  return `The upload of the Worker "${scriptName}" went through; what it has now could not be read, and was not compared. (${reason})`;
}

/**
 * @param before the number of the newest upload before this deploy's
 * @param now the number of the newest upload
 */
export function uploadsBetween(
  scriptName: string,
  before: number | undefined,
  now: number | undefined,
): string | undefined {
  const uploads = before === undefined || now === undefined ? 1 : now - before;
  return uploads <= 1
    ? undefined
    : `The Worker "${scriptName}" was uploaded ${uploads} times during this deploy: another stack or tool deploys it too, and ` +
        "one of the uploads overwrote another unnoticed. To see who uploaded: npx wrangler versions list --name " +
        scriptName;
}
