/** Not the project's name: the setting is the same in every project. */
export const NAMESPACE = "cloudflare-worker-secrets";
export const NAME = "secretValues";

/** The config key of a stack that says whether its deploys send the secrets' values. */
export const SECRET_VALUES_KEY = `${NAMESPACE}:${NAME}`;

/** The environment variable that overrides the stack's setting for one run. */
export const SECRET_VALUES = "WORKER_SECRET_VALUES";
