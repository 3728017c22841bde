/** What `npm run audit` knows, without a value: what the table, `--json` and `--html` show. */
export interface Report {
  readonly project: string;
  /** When it was made, ISO 8601. */
  readonly at: string;
  /** Every stack of the project, also one that has deployed nothing. */
  readonly environments: readonly string[];
  readonly secrets: readonly AuditedSecret[];
  /** What could not be found out, and how it can be: one sentence each. */
  readonly notes: readonly string[];
}

/** One secret of one Worker in one environment. */
export interface AuditedSecret {
  readonly environment: string;
  readonly accountId: string;
  /** The script's name in the account. */
  readonly worker: string;
  /** The name under which the Worker has it. */
  readonly binding: string;
  /**
   * Where the value comes from: `config:<key>` (the stack's config), `secrets-store:<store>/<name>`, `inherited`
   * (declared in `inheritedSecrets`), what the program says in `source`, or `unknown`.
   */
  readonly source: string;
  /**
   * `live`: declared, and on the Worker. `missing`: declared, and not on the Worker. `undeclared`: on the Worker, and
   * not declared. `unknown`: declared, and nobody could look; or on the Worker, and the state does not tell whether it
   * is declared (a Worker without WorkerScript, or one that an older WorkerScript deployed).
   */
  readonly state: "live" | "missing" | "undeclared" | "unknown";
  /** When its value was last changed, as well as that is recorded. */
  readonly changed: Change;
  /** The binding's `maxAge` in days. */
  readonly maxAge?: number;
  /** Whole days since the change, at the least; undefined where nothing is recorded. */
  readonly age?: number;
  /** Older than `maxAge`; `unknown` where there is a `maxAge` and no age that would tell. */
  readonly overdue: boolean | "unknown";
  /** Others that have the same value: `<environment>/<worker>/<binding>`, sorted. */
  readonly sharedWith: readonly string[];
}

export interface Change {
  /** ISO 8601; not before this. */
  readonly earliest?: string;
  /** ISO 8601; not after this. Equal to `earliest` where the moment is recorded. */
  readonly latest?: string;
  /** Who did it, as git or Cloudflare has the name. */
  readonly by?: string;
  /** Where this is recorded; `unknown` where nothing is. */
  readonly recordedIn: "git" | "pulumi" | "cloudflare" | "unknown";
}
