/** One file of a Worker, as it was uploaded. */
export interface Module {
  readonly name: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** Everything workerd needs to run a Worker. Without `mainModule`, the only module is a service worker. */
export interface WorkerCode {
  readonly mainModule: string | undefined;
  readonly modules: readonly Module[];
  readonly env: Readonly<Record<string, unknown>>;
  readonly compatibilityDate: string | undefined;
  readonly compatibilityFlags: readonly string[];
}
