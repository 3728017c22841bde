import { isDeepStrictEqual } from "node:util";
import { type Bindings, toArguments } from "./bindings";
import type { Request } from "./from-wrangler";
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
  const names = new Set([
    ...Object.keys(declared.variables),
    ...[...declared.others, ...declared.storeSecrets].map(({ name }) => name),
  ]);
  const required = config.secrets?.required ?? [];
  // A .dev.vars may have other values for variables too.
  const wanted = [...new Set([...required, ...given])].filter((name) => !names.has(name));
  if (account === undefined) return { fromConfig: wanted, inherited: [], leftOut: [NOT_ASKED] };
  // A Worker that is not there yet has no secret to keep.
  if (live === undefined) return { fromConfig: wanted, inherited: [], leftOut: [] };

  const more = Object.entries(live.bindings).filter(([name]) => !names.has(name));
  const isSecret = (name: string) => live.bindings[name]?.type === "secret_text";
  const fromConfig = wanted.filter((name) => given.includes(name) && isSecret(name));
  const absent = wanted.filter((name) => live.bindings[name] === undefined);
  return {
    fromConfig,
    inherited: more.map(([name]) => name).filter((name) => !fromConfig.includes(name)),
    leftOut: [
      ...more
        .filter(([name]) => !isSecret(name))
        .map(([name, { type }]) => ({
          key: `binding ${name}`,
          why: `it is live (${type}) and not in the configuration: ${KEPT}`,
        })),
      ...absent.map((name) => ({ key: `secret ${name}`, why: NOT_LIVE })),
      ...changed(declared, live).map((name) => ({ key: `binding ${name}`, why: CHANGED })),
    ],
  };
}

const NOT_ASKED = {
  key: "secrets",
  why: "Cloudflare was not asked for the secrets that are live: the first preview names those that are not declared",
};
const KEPT = "inheritedSecrets keeps it";
const NOT_LIVE = "the live Worker does not have it: if it needs it, declare it";
const CHANGED =
  "the live Worker has another value than the configuration, and a deploy sets the configuration's";

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
        const other = theirs.find(({ name }) => name === one.name);
        const isSame =
          other === undefined ||
          Object.entries(one).every(([field, value]) => isDeepStrictEqual(other[field], value));
        return isSame ? [] : [one.name];
      }),
    ),
  ];
}
