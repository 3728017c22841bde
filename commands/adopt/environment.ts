import type { Binding, Named } from "./bindings";
import type { JsonRecord } from "./json";
import type { LeftOut } from "./left-out";
import type { Domain, Route } from "./live";

/** The binding to static assets, where the Worker has none for them. */
export const ASSETS = "ASSETS";

/** Where the code comes from. */
export type Code =
  /** Sources that `bundle` builds; the paths are relative to the program. */
  | { readonly kind: "bundle"; readonly entry: string; readonly options: JsonRecord }
  /** A file that is not built; relative to the program. */
  | { readonly kind: "file"; readonly file: string }
  /** Static assets without code of their own, and the name of their binding. */
  | { readonly kind: "assets"; readonly binding: string }
  /** What is live, as files that are written beside the program: the main module first. */
  | { readonly kind: "files"; readonly files: readonly File[] };

/** A Worker in one stack: what Wrangler calls an environment. */
export interface Environment {
  readonly stack: string;
  readonly accountId: string;
  readonly scriptName: string;
  /** Undefined if Cloudflare was not asked. */
  readonly isLive: boolean | undefined;
  readonly code: Code;
  /** Files whose content is a setting of the static assets, by the setting's name; relative to the program. */
  readonly assetFiles: Readonly<Record<string, string>>;
  /** Arguments of the component that are plain data. */
  readonly settings: JsonRecord;
  readonly variables: Readonly<Record<string, string>>;
  readonly bindings: readonly Binding[];
  readonly storeSecrets: readonly Named[];
  /** Secrets whose values the stack's config gets. */
  readonly configSecrets: readonly string[];
  /** What each deploy keeps without knowing it. */
  readonly inherited: readonly string[];
  readonly routes: readonly Route[];
  readonly domains: readonly Domain[];
  readonly crons: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** The names of all secrets whose values the stacks' config gets, sorted. */
export function configSecretsOf(environments: readonly Environment[]): string[] {
  return [...new Set(environments.flatMap((one) => one.configSecrets))].sort();
}
