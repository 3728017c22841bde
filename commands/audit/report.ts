/** What `npm run audit` knows: what the table, `--json` and `--html` show. It never holds a value. */
export interface Report {
  readonly project: string;
  /** When it was made, ISO 8601. */
  readonly at: string;
  /** Every stack of the project, even one that has deployed nothing. */
  readonly environments: readonly string[];
  readonly secrets: readonly AuditedSecret[];
  /** What could not be found out, or needs a look, and what helps: one sentence each. */
  readonly notes: readonly string[];
}

/** One secret of one Worker in one environment. */
export interface AuditedSecret {
  readonly environment: string;
  readonly accountId: string;
  /** The script's name in the account. */
  readonly worker: string;
  /** The name that the Worker reads it by. */
  readonly binding: string;
  /**
   * Where the value comes from: `config:<key>` (the stack's config), `secrets-store:<store>/<name>`, `inherited`
   * (declared in `inheritedSecrets`), what the program says in `source`, or `unknown`.
   */
  readonly source: string;
  /**
   * `live`: declared, and in every version that serves. `missing`: declared, and not in every version that serves.
   * `undeclared`: in a version that serves, and not declared. `unknown`: declared, and it is not known what serves; or
   * on the Worker, and the state does not tell whether it is declared (a Worker without WorkerScript, or one that an
   * older WorkerScript deployed).
   */
  readonly state: "live" | "missing" | "undeclared" | "unknown";
  /** When the value that is live was last changed, as exactly as that is recorded. */
  readonly changed: Change;
  /** The binding's `maxAge` in days. */
  readonly maxAge?: number;
  /** Whole days since the change, at the least; undefined if nothing is recorded. */
  readonly age?: number;
  /** Whether it is older than `maxAge`; `unknown` if there is a `maxAge` and the records do not tell. */
  readonly overdue: boolean | "unknown";
  /** The others with the same value, as `<environment>/<worker>/<binding>`, sorted. */
  readonly sharedWith: readonly string[];
}

export interface Change {
  /** ISO 8601; not before this. */
  readonly earliest?: string;
  /** ISO 8601; not after this. Equal to `earliest` if the exact time is recorded. */
  readonly latest?: string;
  /** Who changed it, by the name that git or Cloudflare has. */
  readonly by?: string;
  /** Where this is recorded; `unknown` if nothing is. */
  readonly recordedIn: "git" | "pulumi" | "cloudflare" | "unknown";
}
