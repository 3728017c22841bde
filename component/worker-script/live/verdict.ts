import type { LiveChoices } from "../live-choices";
import { claims, has, union } from "./binding-lists";
import { choiceFor } from "./kinds";
import { lossMessage } from "./loss-message";
import { findLosses } from "./losses";
import * as messages from "./messages";

/** A binding by name and type, without a secret's value. */
export interface Binding {
  readonly name: string;
  readonly type: string;
  /** For a plain variable: the value as the Worker sees it; undefined if it is not known. */
  readonly value?: unknown;
  /** For `inherit`: the name that the binding had before, if it is renamed. */
  readonly oldName?: string | undefined;
  /** For a declared secret: whether the Worker keeps the value that it has. */
  readonly isKept?: true;
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
  readonly choices: LiveChoices;
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
      const refusal = unresolved(situation, []);
      const gone = before === undefined ? { notes: [] } : message("warn", messages.removed(scriptName));
      return { refusal, ...gone, absent: [] };
    }
    case "read":
      return compare(situation, seen);
  }
}

function compare(situation: Situation, seen: Seen & { kind: "read" }): Verdict {
  const { scriptName, declared, before = [], choices } = situation;
  const live = union(seen.latest, seen.alsoServing ?? []);
  const isNew = ({ name, type }: Binding) => type === "secret_text" && !has(before, name) && !has(live, name);
  const isLost = (one: Binding) =>
    one.type === "secret_text" && !one.isKept && has(before, one.name) && !has(live, one.name);

  const losses = findLosses(declared, before, seen.latest, seen.alsoServing ?? []);
  const loss = (choice: "error" | "warn") => {
    const isChosen = ({ type }: Binding) => choiceFor(type, choices) === choice;
    return lossMessage(scriptName, {
      removed: losses.removed.filter(isChosen),
      overwritten: losses.overwritten.filter(isChosen),
    });
  };
  const isGivenUp = ({ name, type }: Binding) =>
    type === "inherit" &&
    !claims(declared, name) &&
    live.some((binding) => binding.name === name && choiceFor(binding.type, choices) !== "delete");
  const notes: (Note | undefined)[] = [
    situation.before ? undefined : note("warn", messages.takesOver(scriptName)),
    note("warn", messages.split(scriptName, seen.split)),
    seen.alsoServing === undefined ? note("info", messages.servingUnknown(scriptName)) : undefined,
    note("warn", loss("warn")),
    note("warn", messages.dropped(scriptName, before.filter(isGivenUp))),
    note("info", messages.keptOrSent(scriptName, declared, before)),
    note("info", situation.before && messages.lost(scriptName, declared.filter(isLost))),
  ];
  return {
    refusal: unresolved(situation, seen.latest) ?? loss("error"),
    notes: notes.filter((item) => item !== undefined),
    absent: situation.before === undefined ? [] : declared.filter(isNew).map(({ name }) => name),
  };
}

function note(severity: Note["severity"], message: string | undefined): Note | undefined {
  return message === undefined ? undefined : { severity, message };
}

/** Names what the deploy would keep and the newest upload does not have: Cloudflare drops it silently. */
function unresolved({ scriptName, declared }: Situation, latest: readonly Binding[]): string | undefined {
  const isMissing = ({ name, type, oldName }: Binding) => type === "inherit" && !has(latest, oldName ?? name);
  const isSecret = (wanted: string) =>
    latest.some(({ name, type }) => name === wanted && type === "secret_text");
  const isLost = ({ name, isKept }: Binding) => isKept && !isSecret(name);
  return (
    messages.missingInherited(scriptName, declared.filter(isMissing)) ??
    messages.missingKept(scriptName, declared.filter(isLost))
  );
}
