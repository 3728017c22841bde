import { optionalString } from "../../kit/json";
import type { Module } from "../runtime/code";
import { ApiError } from "./envelope";
import { checkClasses } from "./migrations";
import { serve, startShares } from "./serve";
import { checked, runVersion } from "./start-version";
import type { Store } from "./store";
import { live, type Version, type Worker } from "./worker";

/** A Worker's code in the form of the provider's WorkersScript. */
export interface Code {
  /** The main module. */
  readonly content?: string;
  /** The other modules, by name. */
  readonly files?: Readonly<Record<string, { readonly contentType: string; readonly contentBase64: string }>>;
}

/**
 * Lets a live Worker answer with other code at once, with the bindings and settings that it has. This is no deployment:
 * the API shows none, and the next one takes its place.
 *
 * @returns why the runtime refuses the code; undefined if it answers
 * @throws ApiError if there is no such Worker
 */
export async function tryCode(
  store: Store,
  account: string,
  name: string,
  code: Code,
): Promise<string | undefined> {
  return store.exclusive(account, name, async () => {
    const worker = store.get(account, name);
    try {
      await answerWith(store, account, worker, code);
      return undefined;
    } catch (error) {
      if (error instanceof ApiError) return error.message;
      throw error;
    }
  });
}

async function answerWith(store: Store, account: string, worker: Worker, code: Code): Promise<void> {
  const deployed = live(worker);
  const tried = { ...deployed, modules: modulesOf(deployed, code) };
  const instance = await runVersion(store, account, worker.name, tried);
  const { exports } = await checked(instance, () => {
    checkClasses(tried.durableObjects, instance.exports, tried.bindings);
  });
  const version = { ...tried, exports };
  await serve(store, account, worker, [{ version, instance, percentage: 100 }], () => {
    worker.tried = version;
  });
}

/** Lets a Worker answer with its deployed code again. */
export async function stopTrying(store: Store, account: string, name: string): Promise<void> {
  await store.exclusive(account, name, async () => {
    const worker = store.find(account, name);
    if (worker?.tried === undefined) return;
    const starting = await startShares(store, account, name, worker.deployments[0].shares);
    await serve(store, account, worker, starting, () => {
      worker.tried = undefined;
    });
  });
}

function modulesOf({ metadata, modules }: Version, { content = "", files = {} }: Code): Module[] {
  const main = optionalString(metadata["main_module"]) ?? optionalString(metadata["body_part"]);
  const entry = modules.find(({ name }) => name === main);
  const others = Object.entries(files).map(([name, { contentType, contentBase64 }]) => {
    return { name, contentType, content: Buffer.from(contentBase64, "base64") };
  });
  return [...(entry === undefined ? [] : [{ ...entry, content: Buffer.from(content) }]), ...others];
}
