// What a code block of the documentation may use without saying where it comes from. TypeScript reads this file together with
// the blocks only (tests/unit/docs/typescript.test.ts): for `.cts` there is no pattern in tsconfig.json.

declare const pulumi: typeof import("@pulumi/pulumi");
declare const fs: typeof import("node:fs");

declare const WorkerScript: typeof import("../../../component").WorkerScript;
declare const deployNeeds: typeof import("../../../component").deployNeeds;
type EnvOf<Bindings extends object> = import("../../../component").EnvOf<Bindings>;
declare const bundle: typeof import("../../../bundle").bundle;
declare const configSecret: typeof import("../../../secrets").configSecret;
declare const readSecrets: typeof import("../../../secrets").readSecrets;

declare const config: import("@pulumi/pulumi").Config;
declare const accountId: string;
declare const content: string;
declare const cache: import("@pulumi/cloudflare").WorkersKvNamespace;
declare const shop: import("../../../component").WorkerScript;
declare const store: import("../../../component").SecretsStore;
declare const route: import("@pulumi/cloudflare").WorkersRoute;
/** What a Worker gets. */
declare const env: Readonly<Record<string, string | undefined>>;

// The list of an example, and what differs between its Workers.
declare const SECRETS: typeof import("../../../examples/many-workers/secret-list").SECRETS;
type Name = keyof typeof SECRETS;
declare const SETTINGS: Readonly<Record<Name, Partial<import("../../../component").WorkerScriptArgs>>>;
