/** The data of `npm run audit` behind the table, `--json` and `--html`. It never holds a value. */
export interface Report {
  readonly project: string;
  /** When the report was made, ISO 8601. */
  readonly at: string;
  /** Every stack of the project, even if it has deployed nothing. */
  readonly environments: readonly string[];
  readonly secrets: readonly AuditedSecret[];
  /** What could not be determined or needs attention, and what to do: one sentence each. */
  readonly notes: readonly string[];
}

/** One secret of one Worker in one environment. */
export interface AuditedSecret {
  readonly environment: string;
  readonly accountId: string;
  /** The script's name in the account. */
  readonly worker: string;
  /** The name by which the Worker reads it. */
  readonly binding: string;
  /**
   * Where the value comes from: `config:<key>` (the stack's config), `esc:<environments>#<key>` (a key of the config that
   * one of these Pulumi ESC environments has), `secrets-store:<store>/<name>`, `inherited` (declared in
   * `inheritedSecrets`), what the program says in `source`, or `unknown`.
   */
  readonly source: string;
  /** The version of the value in a secrets manager that was deployed. */
  readonly version?: string;
  /**
   * `live`: declared, and in every version that serves. `missing`: declared, and not in every version that serves.
   * `undeclared`: in a version that serves, and not declared. `unknown`: declared, and it is not known what serves; or
   * on the Worker, and the state does not say whether it is declared (a Worker without WorkerScript, or one that an
   * older WorkerScript deployed).
   */
  readonly state: "live" | "missing" | "undeclared" | "unknown";
  /** When the live value was last changed, as exactly as recorded. */
  readonly changed: Change;
  /** The binding's `maxAge` in days. */
  readonly maxAge?: number;
  /** The minimum number of whole days since the change; undefined if nothing is recorded. */
  readonly age?: number;
  /** Whether the secret is older than `maxAge`; `unknown` if it has a `maxAge` but the records do not say. */
  readonly overdue: boolean | "unknown";
  /** Other secrets with the same value, as `<environment>/<worker>/<binding>`, sorted. */
  readonly sharedWith: readonly string[];
}

export interface Change {
  /** ISO 8601; the change was not earlier. */
  readonly earliest?: string;
  /** ISO 8601; the change was not later. Equal to `earliest` if the exact time is recorded. */
  readonly latest?: string;
  /** The author's name in git, in Cloudflare or in the source of the value. */
  readonly by?: string;
  /** The source of this record; `unknown` if there is no record. */
  readonly recordedIn: "git" | "pulumi" | "cloudflare" | "source" | "unknown";
}
