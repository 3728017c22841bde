/** One file of a Worker, as it was uploaded. */
export interface Module {
  readonly name: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** What workerd needs to run a Worker. Without `mainModule` the one module is a service worker. */
export interface WorkerCode {
  readonly mainModule: string | undefined;
  readonly modules: readonly Module[];
  readonly env: Readonly<Record<string, unknown>>;
  readonly compatibilityDate: string | undefined;
  readonly compatibilityFlags: readonly string[];
}
