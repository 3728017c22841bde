/** A binding as Cloudflare lists it: without its value. */
export interface Binding {
  name: string;
  type: string;
}

export function existsAlready(accountId: string, scriptName: string): string {
  return (
    `A Worker "${scriptName}" is live in this account, and a deploy would create it over what is there. Nothing was sent to Cloudflare.\n` +
    '  - If this stack made it, under another resource name: aliases: [{ name: "<that name>" }] in the component\'s options.\n' +
    "    Without it Pulumi deletes the Worker together with the old resource. An `up` that failed has recorded the new name:\n" +
    "    then one `up` with the old name comes first.\n" +
    "  - To take it over from others: takeOver: true. Secrets that the program does not declare are then listed before any\n" +
    "    is lost; inheritedSecrets keeps them without knowing their values.\n" +
    `  - To import it: import: "${accountId}/${scriptName}" on the WorkersScript, through transforms, for one up only.\n` +
    "  - To have another Worker: another name."
  );
}

/** Secrets that the program inherits and that nobody has put on the Worker. */
export function missingInherited(
  scriptName: string,
  declared: readonly Binding[],
  live: readonly Binding[],
): string | undefined {
  const missing = declared.filter(({ name, type }) => type === "inherit" && !has(live, name));
  return missing.length === 0
    ? undefined
    : `inheritedSecrets: ${list(missing)} not on the Worker "${scriptName}", so there is no value to keep. Nothing ` +
        `was sent to Cloudflare. Put it there first (wrangler secret put), or take it out of the list.`;
}

/** What is live and was never declared here: the upload would remove it. */
export function undeclaredBindings(
  scriptName: string,
  declared: readonly Binding[],
  before: readonly Binding[],
  live: readonly Binding[],
): string | undefined {
  const undeclared = live.filter(({ name }) => !has(declared, name) && !has(before, name));
  return undeclared.length === 0
    ? undefined
    : `The Worker "${scriptName}" has what this program does not declare, and a deploy removes it: ` +
        `${undeclared.map(({ name, type }) => `${name} (${type})`).join(", ")}.\n` +
        `  - To keep it: inheritedSecrets: ${JSON.stringify(undeclared.map(({ name }) => name))}\n` +
        `  - To remove it: undeclaredSecrets: "delete" ("warn" removes it too, and says so)`;
}

/** Secrets that others manage, and that the program kept until now: no line of the preview names them. */
export function droppedInherited(
  scriptName: string,
  declared: readonly Binding[],
  before: readonly Binding[],
  live: readonly Binding[],
): string | undefined {
  const dropped = before.filter(
    ({ name, type }) => type === "inherit" && !has(declared, name) && has(live, name),
  );
  return dropped.length === 0
    ? undefined
    : `${list(dropped)} no longer in inheritedSecrets, and a deploy removes what is on the Worker "${scriptName}".`;
}

/** What was deployed, is still declared, and is gone from the Worker: the next deploy brings it back. */
export function lostBindings(
  scriptName: string,
  declared: readonly Binding[],
  before: readonly Binding[],
  live: readonly Binding[],
): string | undefined {
  const lost = declared.filter(
    ({ name, type }) => type === "secret_text" && has(before, name) && !has(live, name),
  );
  return lost.length === 0
    ? undefined
    : `${list(lost)} removed from the Worker "${scriptName}" by other means; a deploy puts it back.`;
}

/** What is declared, and neither live nor in the state: new, or removed by others before a refresh. */
export function absentSecrets(
  declared: readonly Binding[],
  before: readonly Binding[],
  live: readonly Binding[],
): string[] {
  const absent = declared.filter(
    ({ name, type }) => type === "secret_text" && !has(before, name) && !has(live, name),
  );
  return absent.map(({ name }) => name);
}

/** The stack has the Worker, and the account's list has not. */
export function notListed(scriptName: string): string {
  return (
    `The Worker "${scriptName}" is not in the account's list of Workers: it was removed by other means, or ` +
    "Cloudflare's list is not whole. A deploy puts it back with what the program declares, and with nothing else."
  );
}

/** @param mayOverwrite whether a Worker that is there is this stack's, or may be taken over */
export function unreadable(scriptName: string, mayOverwrite: boolean, error: unknown): string {
  const risk = mayOverwrite
    ? "for secrets that this program does not declare, and a deploy removes them"
    : "whether it is there already, and a deploy overwrites it";
  return (
    `What is live on the Worker "${scriptName}" could not be read, so nobody has looked ${risk}. ` +
    "If that is the token's fault, give it read access to Workers scripts. " +
    // An error page is long, and says what it is at its beginning.
    `(${String(error).slice(0, 500)})`
  );
}

/** Heard while the provider waits for Cloudflare, or tries again. */
export function stillWaiting(scriptName: string): string {
  return (
    `Cloudflare has not said yet what is live on the Worker "${scriptName}". ` +
    "Nothing is sent to it before that; the provider tries again by itself, for some minutes."
  );
}

function has(bindings: readonly Binding[], wanted: string): boolean {
  return bindings.some(({ name }) => name === wanted);
}

function list(bindings: readonly Binding[]): string {
  const names = bindings.map(({ name }) => name).join(", ");
  return `${names} ${bindings.length === 1 ? "is" : "are"}`;
}
