import { previousName } from "../../contract/previous-names";
import type { WorkerScriptArgs } from "../args";
import { SECRET_TYPES } from "../binding-type";
import * as messages from "./messages";

/** A binding by name and type, without its value. */
export interface Binding {
  readonly name: string;
  readonly type: string;
  /** For `inherit`: the name that the binding had before, if it is renamed. */
  readonly oldName?: string | undefined;
}

/** What the look at Cloudflare found. */
export type Seen =
  /** The account has no such Worker. */
  | { readonly kind: "absent" }
  /** The account has the Worker, this stack does not, and `takeOver` is off. Its bindings were not asked for. */
  | { readonly kind: "foreign" }
  | { readonly kind: "unreadable"; readonly reason: string }
  | {
      readonly kind: "read";
      /** The newest upload, which is the only one that a deploy can inherit from. */
      readonly latest: readonly Binding[];
      /** The bindings of other versions that get traffic; undefined if the provider cannot say which do. */
      readonly alsoServing: readonly Binding[] | undefined;
      /** The versions that get traffic, if the newest upload is not the only one. */
      readonly split?: string | undefined;
    };

export interface Situation {
  readonly accountId: string;
  readonly scriptName: string;
  readonly declared: readonly Binding[];
  /** What the stack deployed last; undefined if it is about to create the Worker. */
  readonly before: readonly Binding[] | undefined;
  readonly seen: Seen;
  readonly choices: Pick<WorkerScriptArgs, "undeclaredSecrets" | "unreadableWorker">;
}

export interface Note {
  readonly severity: "info" | "warn";
  readonly message: string;
}

export interface Verdict {
  /** Why the deploy must stop. */
  readonly refusal?: string | undefined;
  readonly notes: readonly Note[];
  /** Secrets that are declared but neither live nor in the script's state: new, or lost before a refresh. */
  readonly absent: readonly string[];
}

/** Decides what a preview or a deploy does about what is live. */
export function judge(situation: Situation): Verdict {
  const { accountId, scriptName, before, seen, choices } = situation;
  const message = (severity: Note["severity"], text: string) => ({ notes: [{ severity, message: text }] });
  switch (seen.kind) {
    case "foreign":
      return { refusal: messages.existsAlready(accountId, scriptName), notes: [], absent: [] };
    case "unreadable": {
      const text = messages.unreadable(scriptName, before !== undefined, seen.reason);
      return choices.unreadableWorker === "warn"
        ? { ...message("warn", text), absent: [] }
        : { refusal: messages.refusedUnreadable(text), notes: [], absent: [] };
    }
    case "absent": {
      const refusal = messages.missingInherited(scriptName, unresolved(situation.declared, []));
      const gone = before === undefined ? { notes: [] } : message("warn", messages.removed(scriptName));
      return { refusal, ...gone, absent: [] };
    }
    case "read":
      return compare(situation, seen);
  }
}

function compare(situation: Situation, seen: Seen & { kind: "read" }): Verdict {
  const { scriptName, declared, before = [], choices } = situation;
  const { undeclaredSecrets = "error" } = choices;
  const live = union(seen.latest, seen.alsoServing ?? []);
  const isNew = ({ name, type }: Binding) => type === "secret_text" && !has(before, name) && !has(live, name);
  const isLost = ({ name, type }: Binding) => type === "secret_text" && has(before, name) && !has(live, name);

  const loss = messages.loss(
    scriptName,
    undeclared(declared, before, live),
    replaced(declared, before, live),
  );
  const dropped = before.filter(
    ({ name, type }) => type === "inherit" && !claims(declared, name) && has(live, name),
  );
  const notes: (Note | undefined)[] = [
    situation.before ? undefined : note("warn", messages.takesOver(scriptName)),
    note("warn", messages.split(scriptName, seen.split)),
    seen.alsoServing === undefined ? note("info", messages.servingUnknown(scriptName)) : undefined,
    undeclaredSecrets === "warn" ? note("warn", loss) : undefined,
    undeclaredSecrets === "delete" ? undefined : note("warn", messages.dropped(scriptName, dropped)),
    note("info", situation.before && messages.lost(scriptName, declared.filter(isLost))),
  ];
  return {
    refusal:
      messages.missingInherited(scriptName, unresolved(declared, seen.latest)) ??
      (undeclaredSecrets === "error" ? loss : undefined),
    notes: notes.filter((item) => item !== undefined),
    absent: situation.before === undefined ? [] : declared.filter(isNew).map(({ name }) => name),
  };
}

function note(severity: Note["severity"], message: string | undefined): Note | undefined {
  return message === undefined ? undefined : { severity, message };
}

/** Live bindings that the program has never declared: the upload removes them. */
function undeclared(declared: readonly Binding[], before: readonly Binding[], live: readonly Binding[]) {
  return live.filter(({ name }) => !claims(declared, name) && !has(before, name));
}

/** Live secrets that the program has not deployed, under names that it uses now: the upload overwrites them. */
function replaced(declared: readonly Binding[], before: readonly Binding[], live: readonly Binding[]) {
  return live.filter(
    ({ name, type }) =>
      SECRET_TYPES.includes(type) &&
      declared.some((binding) => binding.name === name && !keeps(binding, name)) &&
      !isOwnPrevious(name, before) &&
      !before.some((binding) => binding.name === name && binding.type === type),
  );
}

/**
 * Whether the name is that of the previous value of a secret that the stack has deployed. A rotation that was killed
 * after its upload has left the value there, and must be able to continue.
 */
function isOwnPrevious(name: string, before: readonly Binding[]): boolean {
  return before.some((binding) => binding.type === "secret_text" && previousName(binding.name) === name);
}

/** Inherited bindings that the newest upload does not have: Cloudflare drops them silently. */
function unresolved(declared: readonly Binding[], latest: readonly Binding[]): Binding[] {
  return declared.filter(({ name, type, oldName }) => type === "inherit" && !has(latest, oldName ?? name));
}

function claims(declared: readonly Binding[], name: string): boolean {
  return has(declared, name) || declared.some((binding) => keeps(binding, name));
}

/** Whether a binding inherits what is live under the name. */
function keeps({ name, type, oldName }: Binding, liveName: string): boolean {
  return type === "inherit" && (oldName ?? name) === liveName;
}

function has(bindings: readonly Binding[], wanted: string): boolean {
  return bindings.some(({ name }) => name === wanted);
}

function union(some: readonly Binding[], others: readonly Binding[]): Binding[] {
  const isKnown = ({ name, type }: Binding) => some.some((one) => one.name === name && one.type === type);
  return [...some, ...others.filter((binding) => !isKnown(binding))];
}
