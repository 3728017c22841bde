/** The component's own resource type. */
export const WORKER_SCRIPT = "cloudflare-worker-secrets:index:WorkerScript";

/** One secret of a Worker: a child of the component, named `<component>/<binding>`. */
export const SECRET = "cloudflare-worker-secrets:index:Secret";

/** Whether the Worker was seen to be as declared after its last upload: a child of the component, named like it. */
export const VERIFICATION = "cloudflare-worker-secrets:index:Verification";

/** The script that the component creates: a resource of `@pulumi/cloudflare` v6. */
export const WORKERS_SCRIPT = "cloudflare:index/workersScript:WorkersScript";

/** The component of the account's Secrets Store. Each of its secrets has a {@link SECRET} too. */
export const SECRETS_STORE = "cloudflare-worker-secrets:index:SecretsStore";

/** The component of a token that may deploy one stack. */
export const DEPLOY_TOKEN = "cloudflare-worker-secrets:index:DeployToken";

/** A token that the component creates, or a program without it: a resource of `@pulumi/cloudflare` v6. */
export const ACCOUNT_TOKEN = "cloudflare:index/accountToken:AccountToken";

/** A route of a Worker: a resource of `@pulumi/cloudflare` v6. */
export const WORKERS_ROUTE = "cloudflare:index/workersRoute:WorkersRoute";

/** The components whose output `inventory` lists secrets. */
export const WITH_INVENTORY: readonly string[] = [WORKER_SCRIPT, SECRETS_STORE];

/** A secret that the component creates in the store: a resource of `@pulumi/cloudflare` v6. */
export const STORE_SECRET = "cloudflare:index/secretsStoreSecret:SecretsStoreSecret";
