import * as pulumi from "@pulumi/pulumi";

export const ACCOUNT_ID = "0123456789abcdef0123456789abcdef";
export const CANARY = "canary-6b1f0c";

/** A registration as the engine would receive it: a secret is still wrapped in Pulumi's own signature. */
export interface Registration {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  /** The parent's name. Pulumi's mocks leave out all options, so these are recorded by a transformation. */
  parent?: string | undefined;
  additionalSecretOutputs?: string[] | undefined;
  deleteBeforeReplace?: boolean | undefined;
  import?: string | undefined;
  retainOnDelete?: boolean | undefined;
  /** The name of the resource that it depends on. */
  dependsOn?: string | undefined;
}

/** Mock answers of the engine and the provider. A resource of any other type fails the test. */
const ANSWERS: Record<string, (inputs: Registration["inputs"]) => Record<string, unknown>> = {
  "pulumi:pulumi:Stack": () => ({}),
  "cloudflare-worker-secrets:index:WorkerScript": () => ({}),
  "cloudflare-worker-secrets:index:Secret": () => ({}),
  "cloudflare-worker-secrets:index:Verification": () => ({}),
  "cloudflare:index/workersScript:WorkersScript": (inputs) => ({
    ...inputs,
    etag: "etag-1",
    modifiedOn: "2026-01-01",
  }),
  "cloudflare-worker-secrets:index:SecretsStore": () => ({}),
  "cloudflare-worker-secrets:index:DeployToken": () => ({}),
  "cloudflare:index/accountToken:AccountToken": (inputs) => ({ ...inputs, value: CANARY }),
  "cloudflare:index/workersRoute:WorkersRoute": (inputs) => inputs,
  "cloudflare:index/secretsStore:SecretsStore": (inputs) => inputs,
  "cloudflare:index/secretsStoreSecret:SecretsStoreSecret": (inputs) => ({ ...inputs, status: "active" }),
  "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain": (inputs) => inputs,
};

export interface StackRun {
  /** All resources except the stack, in order of registration. */
  resources: Registration[];
  outputs: Record<string, unknown>;
}

export interface RunOptions {
  preview?: boolean;
  stack?: string;
  keptBindings?: Record<string, unknown>[];
  live?: { name: string; type: string }[] | Error;
  /** The account's Secrets Stores; undefined if the program must not ask for them. */
  stores?: { id: string; name: string }[];
  /** Answers of further functions, by the last part of their token. An error is thrown. */
  answers?: Record<string, Record<string, unknown> | Error>;
}

/**
 * Runs a program as a stack against Pulumi's mocks and waits for all of its resources.
 *
 * @param program returns the stack's outputs
 * @param options.preview runs a preview, in which a `pulumi.unknown` output stays unknown
 * @param options.stores the account's Secrets Stores
 * @param options.keptBindings the bindings that the script has afterwards, as with `ignoreChanges: ["bindings"]`
 * @param options.live the bindings of the newest upload, or the error instead. @default it must not be asked for
 */
export async function runStack(
  program: () => Record<string, unknown> | Promise<Record<string, unknown>>,
  { preview = false, stack = "dev", keptBindings, live, stores, answers = {} }: RunOptions = {},
): Promise<StackRun> {
  const resources: Registration[] = [];
  const project = "cloudflare-worker-secrets";
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        const answer = ANSWERS[type];
        if (answer === undefined) {
          throw new Error(`The test expects no resource of type ${type}`);
        }
        if (type !== "pulumi:pulumi:Stack") {
          resources.push({ type, name, inputs: inputs as Registration["inputs"] });
        }
        const kept = type === SCRIPT && keptBindings !== undefined ? { bindings: keptBindings } : {};
        return {
          id: type === STORE ? STORE_ID : `${name}_id`,
          state: { ...answer(inputs as Registration["inputs"]), ...kept },
        };
      },
      call({ token }) {
        if (live instanceof Error) throw live;
        if (live !== undefined && token === "cloudflare:index/getWorkerVersion:getWorkerVersion") {
          return { id: "version-1", number: 1, bindings: live };
        }
        if (stores !== undefined && token === "cloudflare:index/getSecretsStores:getSecretsStores") {
          return { results: stores };
        }
        const answer = answers[token.replace(/^.*:/, "")];
        if (answer instanceof Error) throw answer;
        if (answer !== undefined) return answer;
        throw new Error(`The test expects no call of ${token}`);
      },
    },
    project,
    stack,
    preview,
  );
  const options = new Map<string, Partial<Registration>>();
  const outputs = await pulumi.runtime.runInPulumiStack(() => {
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
      const { parent, dependsOn, additionalSecretOutputs, deleteBeforeReplace, retainOnDelete } =
        opts as pulumi.CustomResourceOptions;
      const recorded = {
        parent: nameOf(parent),
        additionalSecretOutputs,
        deleteBeforeReplace,
        retainOnDelete,
        import: (opts as pulumi.CustomResourceOptions).import,
        dependsOn: nameOf([dependsOn].flat()[0] as pulumi.Resource | undefined),
      };
      options.set(`${type} ${name}`, recorded);
      return undefined;
    });
    return Promise.resolve(program());
  });
  await pulumi.runtime.disconnect();
  for (const resource of resources) {
    Object.assign(resource, options.get(`${resource.type} ${resource.name}`));
  }
  return { resources, outputs: outputs ?? {} };
}

function nameOf(resource: pulumi.Resource | undefined): string | undefined {
  return resource === undefined ? undefined : (resource as unknown as { __name: string }).__name;
}

/** Returns the only resource of this type. */
export function only(run: StackRun, type: string): Registration {
  const found = run.resources.filter((resource) => resource.type === type);
  if (found[0] === undefined || found.length > 1) {
    throw new Error(`Expected one ${type}, found ${found.length}`);
  }
  return found[0];
}

export const SCRIPT = "cloudflare:index/workersScript:WorkersScript";
export const SECRET = "cloudflare-worker-secrets:index:Secret";
export const STORE = "cloudflare:index/secretsStore:SecretsStore";
export const STORE_ID = "89abcdef89abcdef89abcdef89abcdef";
export const STORE_SECRET = "cloudflare:index/secretsStoreSecret:SecretsStoreSecret";
export const ROUTE = "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain";

/** Unwraps Pulumi's secrets at every depth. */
export function reveal(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) {
    return reveal(pulumi.runtime.unwrapRpcSecret(value));
  }
  if (Array.isArray(value)) {
    return value.map(reveal);
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner)]));
  }
  return value;
}
