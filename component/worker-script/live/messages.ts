import { SECRET_VALUES } from "../../contract/kept-values-setting";
import { unreadableAdvice } from "../../answers";
import type { Binding } from "./verdict";

export function existsAlready(accountId: string, scriptName: string): string {
  return (
    `A Worker "${scriptName}" is live in this account, and a deploy would create it over what is there. Nothing was sent to Cloudflare.\n` +
    '  - If this stack made it, under another resource name: aliases: [{ name: "<that name>" }] in the component\'s options.\n' +
    "    Without it Pulumi deletes the Worker together with the old resource. An `up` that failed has recorded the new name:\n" +
    "    then run one `up` with the old name first.\n" +
    "  - If it is not this stack's, to take it over: takeOver: true. What the deploy would remove or overwrite\n" +
    "    is then listed first; inheritedSecrets keeps secrets without knowing their values.\n" +
    `  - To import it: import: "${accountId}/${scriptName}" on the WorkersScript, through transforms, for one up only.\n` +
    "  - To have another Worker: another name."
  );
}

export function takesOver(scriptName: string): string {
  return (
    `A deploy takes the live Worker "${scriptName}" over. If this stack made it under another resource name, stop here and ` +
    "use aliases, or Pulumi deletes it with the old resource. After the deploy, remove takeOver."
  );
}

/** Inherited secrets for which the Worker has no value. */
export function missingInherited(scriptName: string, missing: readonly Binding[]): string | undefined {
  if (missing.length === 0) {
    return undefined;
  }
  const renamed = missing.some(({ oldName }) => oldName !== undefined);
  return (
    `inheritedSecrets: ${list(missing.map(({ name, oldName }) => oldName ?? name))} not on the Worker "${scriptName}" ` +
    "(in its newest upload), so there is no value to keep. Nothing was sent to Cloudflare. Put it there first " +
    "(wrangler secret put), or take it out of the list." +
    (renamed ? " If a deploy has renamed it already, take oldName out of the binding." : "")
  );
}

/** Secrets that a deploy without values cannot give the Worker. */
export function missingKept(scriptName: string, missing: readonly Binding[]): string | undefined {
  return missing.length === 0
    ? undefined
    : `This stack deploys without values (secretValues: keep), and the Worker "${scriptName}" does not have ` +
        `${names(missing)} as a secret in its newest upload. Nothing was sent to Cloudflare. Deploy once from where the ` +
        `values are: ${SECRET_VALUES}=send pulumi up`;
}

/** @returns what a preview says of the values; undefined if all are sent, as they were before */
export function keptOrSent(
  scriptName: string,
  declared: readonly Binding[],
  before: readonly Binding[],
): string | undefined {
  const secrets = declared.filter(({ type }) => type === "secret_text");
  const kept = secrets.filter(({ isKept }) => isKept);
  if (kept.length > 0) {
    return `No value is sent: the Worker "${scriptName}" keeps those that it has for ${names(kept)}.`;
  }
  return before.some(({ isKept }) => isKept)
    ? `The values of ${names(secrets)} are sent; the last deploy of the Worker "${scriptName}" kept what was live.`
    : undefined;
}

/** The Worker could not be asked which secrets are being rotated. */
export function keptUnreadable(scriptName: string, reason: string): string {
  return (
    `This stack deploys without values (secretValues: keep), and what the Worker "${scriptName}" has could not be read. ` +
    `A deploy could end the rotation of a secret unseen. Nothing was sent to Cloudflare. (${reason})\n` +
    `${unreadableAdvice(reason)}\n` +
    "  - unreadableWorker does not apply here."
  );
}

/** Secrets that the program kept until now and that are managed elsewhere: no line of the preview names them. */
export function dropped(scriptName: string, bindings: readonly Binding[]): string | undefined {
  return bindings.length === 0
    ? undefined
    : `${list(bindings.map(({ name }) => name))} no longer in inheritedSecrets, and a deploy removes what is on the Worker "${scriptName}".`;
}

/** Secrets that were deployed, are still declared, and are gone from the Worker. */
export function lost(scriptName: string, bindings: readonly Binding[]): string | undefined {
  return bindings.length === 0
    ? undefined
    : `${list(bindings.map(({ name }) => name))} removed from the Worker "${scriptName}" by other means; a deploy puts it back.`;
}

/** The stack has the Worker, but Cloudflare does not. */
export function removed(scriptName: string): string {
  return (
    `The Worker "${scriptName}" was removed by other means: Cloudflare neither finds it nor lists it. ` +
    "A deploy puts it back with what the program declares, and with nothing else."
  );
}

/** @param versions the versions that get traffic; undefined if that is the newest upload alone */
export function split(scriptName: string, versions: string | undefined): string | undefined {
  return versions === undefined
    ? undefined
    : `The Worker "${scriptName}" does not serve its newest upload alone, but ${versions}: after a rollback, in a gradual ` +
        "deployment, or after `wrangler versions upload`. A deploy ends that: what it uploads gets all the traffic.";
}

export function servingUnknown(scriptName: string): string {
  return (
    `The provider does not say which version of the Worker "${scriptName}" gets traffic, so only its newest upload was ` +
    `compared. After a rollback they differ: npx wrangler deployments status --name ${scriptName}`
  );
}

/** @param isOurs whether the stack has the Worker */
export function unreadable(scriptName: string, isOurs: boolean, reason: string): string {
  const risk = isOurs
    ? "A deploy would remove what this program does not declare, unseen."
    : "A deploy would overwrite a Worker of this name, unseen.";
  return `What is live on the Worker "${scriptName}" could not be read. ${risk} (${reason})`;
}

export function refusedUnreadable(problem: string): string {
  return (
    `${problem}\nNothing was sent to Cloudflare.\n${unreadableAdvice(problem)}\n` +
    '  - To deploy without looking: unreadableWorker: "warn". A first deploy by a token that may not list Workers needs it.'
  );
}

export function stillWaiting(scriptName: string): string {
  return (
    `Waiting for Cloudflare to say what is live on the Worker "${scriptName}". ` +
    "The provider retries by itself for some minutes."
  );
}

function names(bindings: readonly Binding[]): string {
  return bindings.map(({ name }) => name).join(", ");
}

function list(items: readonly string[]): string {
  return `${items.join(", ")} ${items.length === 1 ? "is" : "are"}`;
}
