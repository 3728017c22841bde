import { isDeepStrictEqual } from "node:util";
import { type Bindings, toArguments } from "./bindings";
import type { Request } from "./from-wrangler";
import { unknownNames } from "./given";
import type { LeftOut } from "./left-out";
import type { LiveWorker } from "./live";

interface Secrets {
  /** Secrets whose values the stack's config gets. */
  readonly fromConfig: readonly string[];
  /** What each deploy keeps without knowing it. */
  readonly inherited: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** Compares the declared bindings with those of the live Worker, so that a deploy takes nothing from it. */
export function withLive(
  { config, given, account }: Pick<Request, "config" | "given" | "account">,
  declared: Bindings,
  live: LiveWorker | undefined,
): Secrets {
  const types = new Map([
    ...Object.keys(declared.variables).map((name) => [name, "plain_text"] as const),
    ...declared.others.map(({ name, type }) => [name, type] as const),
    ...declared.storeSecrets.map(({ name }) => [name, "secrets_store_secret"] as const),
  ]);
  const required = (config.secrets?.required ?? []).filter((name) => !types.has(name));
  if (account === undefined) return { fromConfig: required, inherited: [], leftOut: [NOT_ASKED] };

  const bindings = live?.bindings ?? {};
  const isSecret = (name: string) => bindings[name]?.type === "secret_text";
  const isGiven = (name: string) => given.some((one) => one.name === name);
  const more = Object.entries(bindings).filter(([name]) => !types.has(name));
  const secrets = more.map(([name]) => name).filter(isSecret);
  const absent = required.filter((name) => !isSecret(name));
  // A Worker that is not there yet has no secret to keep.
  const fromConfig = live === undefined ? required : secrets.filter(isGiven);
  return {
    fromConfig,
    inherited: more.map(([name]) => name).filter((name) => !fromConfig.includes(name)),
    leftOut: [
      ...more
        .filter(([name]) => !isSecret(name))
        .map(([name, { type }]) => ({
          key: `binding ${name}`,
          why: `it is live (${type}) and not in the configuration: inheritedSecrets keeps it`,
        })),
      ...(live === undefined
        ? []
        : absent.map((name) => ({ key: `secrets.required ${name}`, why: NOT_LIVE }))),
      ...[...types].flatMap(([name, type]) => {
        const there = bindings[name]?.type;
        return there === undefined || there === type
          ? []
          : [{ key: `binding ${name}`, why: otherType(there) }];
      }),
      ...(live === undefined ? [] : changed(declared, live)).map((name) => ({
        key: `binding ${name}`,
        why: CHANGED,
      })),
      ...unknownNames(given, (name) => fromConfig.includes(name) || types.has(name)),
    ],
  };
}

const NOT_ASKED = {
  key: "secrets",
  why: "Cloudflare was not asked for the secrets that are live: the first preview names those that are not declared",
};
const NOT_LIVE = "the live Worker does not have it: if it needs it, declare it";
const CHANGED =
  "the live Worker has another value than the configuration, and a deploy sets the configuration's";

function otherType(there: string): string {
  return `the live one is ${there}, and the configuration's is not: the first preview stops until you decide`;
}

/** The names of declared bindings that have other values on the live Worker. */
function changed({ variables, others, storeSecrets }: Bindings, live: LiveWorker): string[] {
  const there = toArguments(live.bindings, (name) => name);
  const lists = [
    [others, there.others],
    [storeSecrets, there.storeSecrets],
  ] as const;
  return [
    ...Object.keys(variables).filter(
      (name) => there.variables[name] !== undefined && there.variables[name] !== variables[name],
    ),
    ...lists.flatMap(([mine, theirs]) =>
      mine.flatMap((one) => {
        const other = theirs.find(({ name, type }) => name === one.name && type === one["type"]);
        const isSame =
          other === undefined ||
          Object.entries(one).every(([field, value]) => isDeepStrictEqual(other[field], value));
        return isSame ? [] : [one.name];
      }),
    ),
  ];
}
