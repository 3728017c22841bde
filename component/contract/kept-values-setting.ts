/** The config key of a stack that says whether its deploys send the secrets' values, whatever the project is called. */
export const SECRET_VALUES_KEY = { namespace: "cloudflare-worker-secrets", name: "secretValues" } as const;

/** The environment variable that overrides the stack's setting for one run. */
export const SECRET_VALUES = "WORKER_SECRET_VALUES";
