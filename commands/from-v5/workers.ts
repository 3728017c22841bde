import * as z from "zod";
import type { Worker } from "../../kit/live/cloudflare";
import { unsealed } from "../../kit/unsealed";
import { type Binding, bindingsOf } from "./bindings";
import { type FullResource, nameOf } from "./state";
import { takerOf } from "./taken";
import { partOf, propertiesOf } from "./v5";

/** A secret of a Worker. The text is a function, so that nothing that prints this object shows it. */
export interface V5Secret {
  readonly name: string;
  readonly text: () => string;
}

/** What v5 declared of a Worker besides its secrets. */
export interface V5Script {
  readonly variables: readonly string[];
  readonly bindings: readonly Binding[];
  /** The names of `webassemblyBindings`, which v6 does not have. */
  readonly webassembly: readonly string[];
  readonly isModule: boolean;
  readonly compatibilityDate: string | undefined;
  readonly compatibilityFlags: readonly string[];
  readonly logpush: boolean;
  readonly placement: string | undefined;
  readonly hasTags: boolean;
}

/** A Worker of v5, with the secrets that `secretTextBindings` and `WorkerSecret` declare. */
export interface V5Worker extends Worker {
  /** The name of its resource in the program; the script's name if v5 declared only secrets of the Worker. */
  readonly resource: string;
  readonly urns: readonly string[];
  readonly secrets: readonly V5Secret[];
  /** The URN of the resource of v6 that has the Worker already, after a deploy that did not finish. */
  readonly takenBy: string | undefined;
  /** Undefined if v5 declared only secrets of the Worker. */
  readonly declared: V5Script | undefined;
}

const TEXT = z.string().nullish();
const NAMED = z.array(z.looseObject({ name: z.string() })).nullish();
const SECRET = z
  .object({ name: z.string(), text: z.string() })
  .transform(({ name, text }): V5Secret => ({ name, text: () => text }));

const SCRIPT = z.looseObject({
  name: z.string(),
  secretTextBindings: z.array(SECRET).nullish(),
  plainTextBindings: NAMED,
  webassemblyBindings: NAMED,
  accountId: TEXT,
  module: z.boolean().nullish(),
  compatibilityDate: TEXT,
  compatibilityFlags: z.array(z.string()).nullish(),
  logpush: z.boolean().nullish(),
  placements: z.array(z.looseObject({ mode: z.string() })).nullish(),
  tags: z.array(z.string()).nullish(),
});
const WORKER_SECRET = z.object({
  accountId: TEXT,
  name: z.string(),
  scriptName: z.string(),
  secretText: z.string(),
});

/**
 * Collects the Workers of v5 that a stack manages from their resources.
 *
 * @param moved from a state that was exported with `--show-secrets`
 * @param kept the other resources of the state
 * @throws Error that quotes nothing of it
 */
export function v5Workers(moved: readonly FullResource[], kept: readonly FullResource[]): V5Worker[] {
  const workers = new Map<string, V5Worker>();
  // A Worker's own resource comes first, because it has the name for the new one.
  const inOrder = moved
    .filter(({ external }) => external !== true)
    .sort((a, b) => Number(partOf(a) === "secret") - Number(partOf(b) === "secret"));
  for (const resource of inOrder) {
    const found = partOf(resource) === "script" ? fromScript(resource) : fromSecret(resource);
    const key = `${found.accountId} ${found.script}`;
    const known = workers.get(key);
    workers.set(key, known === undefined ? found : joined(known, found));
  }
  return [...workers.values()]
    .map((worker) => ({ ...worker, takenBy: takerOf(worker, kept) }))
    .sort((a, b) => (a.script < b.script ? -1 : 1));
}

function joined(worker: V5Worker, more: V5Worker): V5Worker {
  const isNew = ({ name }: V5Secret) => !worker.secrets.some((secret) => secret.name === name);
  return {
    ...worker,
    urns: [...new Set([...worker.urns, ...more.urns])],
    secrets: [...worker.secrets, ...more.secrets.filter(isNew)],
  };
}

function fromScript(resource: FullResource): V5Worker {
  const inputs = read(SCRIPT, resource);
  return {
    accountId: inputs.accountId ?? undefined,
    script: inputs.name,
    resource: nameOf(resource),
    urns: [resource.urn],
    takenBy: undefined,
    secrets: inputs.secretTextBindings ?? [],
    declared: {
      variables: (inputs.plainTextBindings ?? []).map(({ name }) => name),
      bindings: bindingsOf(inputs),
      webassembly: (inputs.webassemblyBindings ?? []).map(({ name }) => name),
      isModule: inputs.module === true,
      compatibilityDate: inputs.compatibilityDate ?? undefined,
      compatibilityFlags: inputs.compatibilityFlags ?? [],
      logpush: inputs.logpush === true,
      placement: inputs.placements?.[0]?.mode,
      hasTags: (inputs.tags ?? []).length > 0,
    },
  };
}

function fromSecret(resource: FullResource): V5Worker {
  const { accountId, name, scriptName, secretText } = read(WORKER_SECRET, resource);
  return {
    accountId: accountId ?? undefined,
    script: scriptName,
    resource: scriptName,
    urns: [resource.urn],
    takenBy: undefined,
    secrets: [{ name, text: () => secretText }],
    declared: undefined,
  };
}

function read<T>(schema: z.ZodType<T>, resource: FullResource): T {
  const { data } = schema.safeParse(unsealed(propertiesOf(resource)));
  // The message of zod could quote a value.
  if (data === undefined) {
    throw new Error(`The state does not say what ${resource.urn} was deployed with. Nothing was changed.`);
  }
  return data;
}
