import type {
  D1Database,
  Fetcher,
  KVNamespace,
  Queue,
  SecretsStoreSecret,
  Workflow,
} from "@cloudflare/workers-types";
import type { EnvOf, StoreSecretReference, WorkerScriptArgs } from "../../../component";
import type { SecretValue } from "../../../component/contract/secret-value";

// `npm run types` is the test: each comment below fails it if its line is no type error.

const value: SecretValue = { text: "x" };
const reference: StoreSecretReference = { storeId: "id", secretName: "shared" };
const bindings = {
  secretTextBindings: [
    { name: "API_KEY", text: "x" },
    { name: "ROTATED", ...value },
  ],
  secretsStoreBindings: [
    { name: "SHARED", ...reference },
    { name: "THEIRS", storeId: "id", secretName: "theirs" },
  ],
  plainTextBindings: [{ name: "LOG_LEVEL", text: "info" }],
  inheritedSecrets: ["VAULTED"],
  bindings: [
    { type: "kv_namespace", name: "CACHE", namespaceId: "id" },
    { type: "d1", name: "DB", databaseId: "id" },
    { type: "queue", name: "JOBS", queueName: "jobs" },
    { type: "service", name: "OTHER", service: "other" },
    { type: "workflow", name: "FLOW", workflowName: "flow", className: "Flow" },
    { type: "json", name: "SETTINGS", json: "{}" },
    { type: "something_new", name: "NEW" },
  ],
} as const;

type Env = EnvOf<typeof bindings>;

interface NotLiteral {
  secretTextBindings: { name: string; text: string }[];
  plainTextBindings: { name: "LITERAL"; text: string }[];
}

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

const same: {
  texts: Same<Env["API_KEY" | "LOG_LEVEL" | "VAULTED" | "ROTATED"], string>;
  previous: Same<Env["ROTATED_PREVIOUS"], string | undefined>;
  stored: Same<Env["SHARED" | "THEIRS"], SecretsStoreSecret>;
  storedPrevious: Same<Env["SHARED_PREVIOUS"], SecretsStoreSecret | undefined>;
  kv: Same<Env["CACHE"], KVNamespace>;
  d1: Same<Env["DB"], D1Database>;
  queue: Same<Env["JOBS"], Queue>;
  service: Same<Env["OTHER"], Fetcher>;
  workflow: Same<Env["FLOW"], Workflow>;
  others: Same<Env["SETTINGS" | "NEW"], unknown>;
  /** A name that is not a literal declares none: otherwise every name would be declared. */
  names: Same<keyof EnvOf<NotLiteral>, "LITERAL">;
} = {
  texts: true,
  previous: true,
  stored: true,
  storedPrevious: true,
  kv: true,
  d1: true,
  queue: true,
  service: true,
  workflow: true,
  others: true,
  names: true,
};

test("what is not declared is a type error", () => {
  const env: Partial<Env> = {};
  // @ts-expect-error -- not declared
  expect(env.MISSING).toBeUndefined();
  // @ts-expect-error -- it has no previous value
  expect(env.API_KEY_PREVIOUS).toBeUndefined();
  // @ts-expect-error -- it has no previous value
  expect(env.THEIRS_PREVIOUS).toBeUndefined();
  expect(Object.values(same)).not.toContain(false);
});

test("what is declared for the type is what WorkerScript takes", () => {
  const args: Partial<WorkerScriptArgs> = bindings;
  expect(Object.keys(args)).toEqual([
    "secretTextBindings",
    "secretsStoreBindings",
    "plainTextBindings",
    "inheritedSecrets",
    "bindings",
  ]);
});

test("the Workers' types stay out of the program: its globals are Node's", () => {
  // @ts-expect-error -- only a Worker has it
  expect(typeof WebSocketPair).toBe("undefined");
});
