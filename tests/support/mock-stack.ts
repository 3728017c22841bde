import * as pulumi from "@pulumi/pulumi";

export const ACCOUNT_ID = "0123456789abcdef0123456789abcdef";
export const CANARY = "canary-6b1f0c";

/** A registration as the engine would receive it: a secret is still wrapped in Pulumi's own signature. */
export interface Registration {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  /** What Pulumi's mocks do not tell: the parent's name, and the outputs that are declared secret. */
  parent?: string | undefined;
  additionalSecretOutputs?: string[] | undefined;
}

/** What the engine and the provider answer. A resource that is not planned here fails the test. */
const ANSWERS: Record<string, (inputs: Registration["inputs"]) => Record<string, unknown>> = {
  "pulumi:pulumi:Stack": () => ({}),
  "cloudflare-worker-secrets:index:WorkerScript": () => ({}),
  "cloudflare-worker-secrets:index:Secret": () => ({}),
  "cloudflare:index/workersScript:WorkersScript": (inputs) => ({ ...inputs, etag: "etag-1" }),
  "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain": (inputs) => inputs,
};

export interface StackRun {
  /** In the order of their registration; the stack itself is left out. */
  resources: Registration[];
  outputs: Record<string, unknown>;
}

/**
 * Runs a program as a stack against Pulumi's mocks and waits for all that it declares.
 *
 * @param program returns the stack's outputs
 * @param options.preview whether it is a preview, where a `pulumi.unknown` output stays unknown
 */
export async function runStack(
  program: () => Record<string, unknown> | Promise<Record<string, unknown>>,
  { preview = false, stack = "dev" }: { preview?: boolean; stack?: string } = {},
): Promise<StackRun> {
  const resources: Registration[] = [];
  const project = "cloudflare-worker-secrets";
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        const answer = ANSWERS[type];
        if (answer === undefined) {
          throw new Error(`The test did not plan a resource of type ${type}`);
        }
        if (type !== "pulumi:pulumi:Stack") {
          resources.push({ type, name, inputs: inputs as Registration["inputs"] });
        }
        return { id: `${name}_id`, state: answer(inputs as Registration["inputs"]) };
      },
      call({ token }) {
        throw new Error(`The test did not plan a call of ${token}`);
      },
    },
    project,
    stack,
    preview,
  );
  const options = new Map<string, Partial<Registration>>();
  const outputs = await pulumi.runtime.runInPulumiStack(() => {
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
      const { parent, additionalSecretOutputs } = opts as pulumi.CustomResourceOptions;
      options.set(`${type} ${name}`, { parent: nameOf(parent), additionalSecretOutputs });
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

/** The one resource of this type. */
export function only(run: StackRun, type: string): Registration {
  const found = run.resources.filter((resource) => resource.type === type);
  if (found[0] === undefined || found.length > 1) {
    throw new Error(`Expected one ${type}, found ${found.length}`);
  }
  return found[0];
}

export const SCRIPT = "cloudflare:index/workersScript:WorkersScript";
export const SECRET = "cloudflare-worker-secrets:index:Secret";
export const ROUTE = "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain";

/** Takes Pulumi's secret signatures away, at every depth. */
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
