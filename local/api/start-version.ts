import { createHash, randomUUID } from "node:crypto";
import { optionalString, stringList } from "../../kit/json";
import { NO_CODE } from "../runtime/assets";
import type { Module, WorkerCode } from "../runtime/code";
import { CodeRejected, type Instance, startInstance } from "../runtime/instance";
import { checkAssetsBinding } from "./assets";
import { withoutSecrets } from "./bindings";
import { ApiError, invalid } from "./envelope";
import { checkClasses, migrate, NO_DURABLE_OBJECTS } from "./migrations";
import type { Store } from "./store";
import type { Version, Worker } from "./worker";
import { surroundingsOf } from "./surroundings";
import { checkResources } from "./targets";

/** A version that the runtime has not yet accepted. */
export type Draft = Pick<Version, "source" | "annotations" | "metadata" | "modules" | "bindings" | "assets">;

export interface Started {
  readonly version: Version;
  readonly instance: Instance;
}

/** Makes a version of a draft, and starts its code, or refuses it as Cloudflare does. */
export async function startVersion(
  store: Store,
  account: string,
  name: string,
  draft: Draft,
  existing: Worker | undefined,
): Promise<Started> {
  checkDate(draft.metadata["compatibility_date"]);
  checkAssetsBinding(draft.bindings, draft.assets);
  checkResources(draft.bindings, store.resources, account);
  const [latest] = existing?.versions ?? [];
  const { kept } = store.resources;
  const before = latest?.durableObjects ?? kept.durableObjectsOf(account, name) ?? NO_DURABLE_OBJECTS;
  const durableObjects = migrate(before, draft.metadata["migrations"]);
  const made = { ...draft, id: randomUUID(), createdOn: new Date().toISOString(), durableObjects };
  const instance = await runVersion(store, account, name, made);
  await checked(instance, () => {
    checkClasses(durableObjects, instance.exports, draft.bindings);
  });
  const version: Version = {
    ...made,
    number: (latest?.number ?? 0) + 1,
    etag: contentHash(draft.modules),
    exports: instance.exports,
    startupMilliseconds: instance.startupMilliseconds,
  };
  return { version, instance };
}

/** Only a tool that knows its runtime knows what a later date changes. */
function checkDate(date: unknown): void {
  if (
    typeof date === "string" &&
    /^\d{4}-\d\d-\d\d$/.test(date) &&
    date > new Date().toISOString().slice(0, 10)
  ) {
    throw invalid(`Can't set compatibility date in the future: "${date}".`);
  }
}

/** What the runtime needs of a version. */
type Runnable = Draft & Pick<Version, "id" | "createdOn" | "durableObjects">;

/** Starts a version's code, alone and without what it shares with others. */
export async function runVersion(
  store: Store,
  account: string,
  name: string,
  version: Runnable,
): Promise<Instance> {
  let instance: Instance;
  try {
    instance = await startInstance(name, codeOf(version), surroundingsOf(store, account));
  } catch (error) {
    if (error instanceof CodeRejected) throw invalid(withoutSecrets(error.message, version.bindings));
    throw error;
  }
  return checked(instance, () => {
    const { handlers, named } = instance.exports;
    if (handlers.length > 0 || named.length > 0) return;
    throw new ApiError(400, 10068, "The uploaded script has no registered event handlers.");
  });
}

/** Stops an instance that a check refuses. */
export async function checked(instance: Instance, check: () => void): Promise<Instance> {
  try {
    check();
    return instance;
  } catch (error) {
    await instance.dispose();
    throw error;
  }
}

/** What the runtime needs to run a version. */
export function codeOf({
  id,
  createdOn,
  annotations,
  metadata,
  modules,
  bindings,
  assets,
  durableObjects,
}: Runnable): WorkerCode {
  const hasCode = modules.length > 0;
  return {
    ...(hasCode ? { mainModule: optionalString(metadata["main_module"]), modules } : NO_CODE),
    bindings,
    assets: assets && { ...assets, hasCode },
    durableObjects: durableObjects.classes,
    version: { id, tag: annotations["workers/tag"] ?? "", timestamp: createdOn },
    compatibilityDate: optionalString(metadata["compatibility_date"]),
    compatibilityFlags: stringList(metadata["compatibility_flags"]) ?? [],
  };
}

function contentHash(modules: readonly Module[]): string {
  const hash = createHash("sha256");
  for (const { name, content } of modules) hash.update(`${name}\0${content.byteLength}\0`).update(content);
  return hash.digest("hex");
}
