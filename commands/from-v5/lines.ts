import { plural } from "../../kit/plural";
import { newArguments } from "./arguments";
import type { SecretKey } from "./keys";
import { declaredNames, type Look } from "./live";
import type { V5Secret, V5Worker } from "./workers";

/** What is known of a Worker of v5. */
export interface Found {
  readonly worker: V5Worker;
  readonly live: Look;
  readonly keyOf: (secret: V5Secret) => SecretKey;
}

/** A `pulumi` command line for the stack. */
type PulumiLine = (...words: string[]) => string;

/** Shows a Worker: what leaves the state, the arguments that take it over, and what to know about them. */
export function workerLines(found: Found, pulumi: PulumiLine): string[] {
  const { worker, live, keyOf } = found;
  const keyOfName = (name: string) => {
    const secret = worker.secrets.find((one) => one.name === name);
    return secret === undefined ? name : keyOf(secret).key;
  };
  const leaving = [
    `${worker.script} stays on Cloudflare as it is. What leaves the state:`,
    ...worker.urns.map((urn) => `  ${urn}`),
  ];
  if (worker.takenBy !== undefined) {
    return [...leaving, `v6 has it already, so the program stays as it is: ${worker.takenBy}`];
  }
  return [
    ...leaving,
    "What takes it over, in the program:",
    ...newArguments(worker, live, keyOfName).map((line) => `  ${line}`),
    ...[...liveNotes(found, pulumi), ...keyNotes(found, pulumi), ...scriptNotes(worker)].map(
      (note) => `- ${note}`,
    ),
  ];
}

function liveNotes({ worker, live }: Found, pulumi: PulumiLine): string[] {
  const secrets = worker.secrets.map(({ name }) => name);
  switch (live) {
    case "not looked":
    case "unreadable": {
      const why =
        live === "unreadable"
          ? "could not be read"
          : "was not looked at, because there is no CLOUDFLARE_API_TOKEN";
      const own =
        secrets.length === 0
          ? ""
          : ` ${secrets.join(", ")} ${secrets.length === 1 ? "is" : "are"} v5's: undeclaredSecrets: "delete", for the ` +
            "first deploy only, overwrites them with the config's values.";
      return [
        `What is live ${why}. ${pulumi("preview")} stops, and names what a deploy would remove or overwrite.${own} All ` +
          "that v5 has not declared goes into inheritedSecrets first, or it would be removed.",
      ];
    }
    case "absent":
      return ["It is not on Cloudflare. The deploy creates it."];
    default: {
      const known = new Set(declaredNames(worker));
      const added = [...live].filter(([name]) => !known.has(name)).map(([name, type]) => `${name} (${type})`);
      const missing = secrets.filter((name) => !live.has(name));
      return [
        ...(added.length === 0
          ? []
          : [`Live, and not of v5: ${added.sort().join(", ")}. inheritedSecrets keeps that.`]),
        ...(missing.length === 0 ? [] : [`Not live: ${missing.join(", ")}. The deploy puts it there.`]),
      ];
    }
  }
}

function keyNotes({ worker, keyOf }: Found, pulumi: PulumiLine): string[] {
  const unset = worker.secrets.map((secret) => ({ secret, ...keyOf(secret) })).filter(({ isSet }) => !isSet);
  return unset.map(
    ({ secret, key }) =>
      `No secret of the stack's config has the value of ${secret.name}. --set-config sets ${key} to the one in v5's ` +
      `state; ${pulumi("config", "set", "--secret", key)} sets another. Or take its line out, and inheritedSecrets: ` +
      `[${JSON.stringify(secret.name)}] keeps the live one.`,
  );
}

function scriptNotes({ declared, script }: V5Worker): string[] {
  if (declared === undefined) {
    return [
      `v5 declared secrets of ${script}, and not the Worker. If something else deploys it, leave it to that: the secrets ` +
        "stay live. v6 has no resource for a single secret.",
    ];
  }
  const { webassembly, hasTags } = declared;
  return [
    ...(webassembly.length === 0
      ? []
      : [
          `v6 has no webassemblyBindings (${webassembly.join(", ")}). The code imports the file instead: ` +
            'modules: { "add.wasm": { contentType: "application/wasm", contentBase64: ... } }',
        ]),
    ...(hasTags ? ["v6 has no tags."] : []),
  ];
}

/** For example `Take 2 resources of v5 out of the state of stack prod?` */
export function question(leaving: number, stack: string, backup: string, toSet: number): string {
  const setting = toSet === 0 ? "" : `, and set ${plural(toSet, "secret")} in its config`;
  return (
    `Take ${plural(leaving, "resource")} of v5 out of the state of stack ${stack}${setting}? ` +
    `The state is saved in ${backup} first.`
  );
}
