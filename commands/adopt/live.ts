import type { Described } from "./bindings";

export interface Route {
  readonly pattern: string;
  readonly zoneId: string;
  /** Undefined if it is not live. */
  readonly id?: string;
}

export interface Domain {
  readonly hostname: string;
  readonly zoneId: string;
}

/** A Worker as Cloudflare has it. */
export interface LiveWorker {
  readonly bindings: Readonly<Record<string, Described>>;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The tag of the last migration of Durable Objects; null if there was none. */
  readonly migrationTag: string | null;
  readonly isModule: boolean;
  readonly workersDev: boolean;
  readonly previewUrls: boolean;
  readonly crons: readonly string[];
  readonly domains: readonly Domain[];
  readonly hasAssets: boolean;
}
