import type { JsonObject } from "../../kit/json";
import type { Assets } from "./assets";

/** One file of a Worker, as it was uploaded. */
export interface Module {
  readonly name: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** A binding with its fields as the API has them. */
export interface Binding extends JsonObject {
  readonly name: string;
  readonly type: string;
}

/** The classes of a Worker's Durable Objects, by name. */
export type DurableObjectClasses = ReadonlyMap<string, DurableObjectClass>;

export interface DurableObjectClass {
  readonly isSqlite: boolean;
  /** Identifies its data, which outlives a change of the class's name. */
  readonly key: string;
}

/** Everything workerd needs to run a Worker. Without `mainModule`, the only module is a service worker. */
export interface WorkerCode {
  readonly mainModule: string | undefined;
  readonly modules: readonly Module[];
  readonly bindings: readonly Binding[];
  readonly assets: Assets | undefined;
  readonly durableObjects: DurableObjectClasses;
  /** What a `version_metadata` binding shows. */
  readonly version: { readonly id: string; readonly tag: string; readonly timestamp: string };
  readonly compatibilityDate: string | undefined;
  readonly compatibilityFlags: readonly string[];
}
