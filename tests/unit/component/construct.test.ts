import * as pulumi from "@pulumi/pulumi";
import { construct } from "../../../component/construct";
import { DEPLOY_TOKEN, WORKER_SCRIPT } from "../../../component/contract/type-tokens";
import { ACCOUNT_ID, CANARY, only, runStack, SECRET } from "../../support/mock-stack";

const WORKER = {
  accountId: ACCOUNT_ID,
  name: "script_1",
  content: "export default {}",
  secretTextBindings: [{ name: "API_KEY", text: CANARY }],
  workersDev: true,
  workersDevSubdomain: "my-team",
};

/** Constructs a component, and returns the stack's resources and the component's outputs. */
function run(type: string, inputs: pulumi.Inputs) {
  return runStack(async () => (await construct("worker", type, inputs, {})).state);
}

/** Constructs a component that must be refused before anything is declared, and returns the message. */
async function refusal(type: string, inputs: pulumi.Inputs, isPreview = false): Promise<string> {
  const newResource = () => {
    throw new Error("a refused component must declare nothing");
  };
  await pulumi.runtime.setMocks({ newResource, call: newResource }, "project", "stack", isPreview);
  return construct("worker", type, inputs, {}).then(
    () => "",
    (error: unknown) => (error as Error).message,
  );
}

function resolved(outputs: Record<string, unknown>): Promise<unknown> {
  return new Promise((resolve) => pulumi.output(outputs).apply(resolve));
}

test("a Worker is declared with its secrets, and its outputs are those of the schema", async () => {
  const { resources, outputs } = await run(WORKER_SCRIPT, WORKER);
  expect(resources.filter(({ type }) => type === SECRET).map(({ name }) => name)).toEqual(["worker/API_KEY"]);
  expect(await resolved(outputs)).toEqual({
    name: "script_1",
    secretNames: ["API_KEY"],
    bindsSecretsStore: false,
    etag: "etag-1",
    url: "https://script_1.my-team.workers.dev",
  });
});

test("a text that is not marked as secret reaches the engine sealed", async () => {
  const resources = await run(WORKER_SCRIPT, WORKER);
  const open = JSON.stringify(resources, (_, value: unknown) =>
    pulumi.runtime.isRpcSecret(value) ? "[sealed]" : value,
  );
  expect(open).toMatch(/"bindings":"\[sealed\]"/);
  expect(open).not.toContain(CANARY);
});

test("a refusal lists every problem and no value", async () => {
  const wrong = { ...WORKER, accountId: CANARY, takeOver: "false", module: "yes" };
  const message = await refusal(WORKER_SCRIPT, wrong);
  expect(message).toMatch(/WorkerScript "worker" cannot be deployed as it is declared/);
  for (const path of ["accountId", "takeOver", "module"]) expect(message).toMatch(new RegExp(`- ${path}: `));
  expect(message).not.toContain(CANARY);
});

test("an argument that must be plain may come as an Output, and must be known in a preview", async () => {
  const choice = pulumi.output("delete");
  const worker = only(await run(WORKER_SCRIPT, { ...WORKER, undeclaredSecrets: choice }), WORKER_SCRIPT);
  expect(worker.inputs).toEqual({ undeclaredSecrets: "delete" });

  const unknown = pulumi.output(pulumi.unknown);
  const message = await refusal(WORKER_SCRIPT, { ...WORKER, undeclaredSecrets: unknown }, true);
  expect(message).toMatch(/undeclaredSecrets: expected a value that a preview knows/);
});

test("a Worker is not its own rival, and another of the same name is refused", async () => {
  await runStack(async () => {
    await construct("worker", WORKER_SCRIPT, WORKER, {});
    const other = construct("other", WORKER_SCRIPT, WORKER, {});
    await expect(other).rejects.toThrow(/name: expected a Worker of its own, but WorkerScript "worker" has/);
    return {};
  });
});

test("a token is refused before there is one, and declared otherwise", async () => {
  const token = { accountId: ACCOUNT_ID, kind: "preview", expiresOn: "soon" };
  expect(await refusal(DEPLOY_TOKEN, token)).toMatch(/DeployToken "worker"[^]*expiresOn: /);

  const expiresOn = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  const groups = [{ id: "8", name: "Workers Metadata Read-Only", scopes: ["com.cloudflare.api.account"] }];
  const answers = { getAccountApiTokenPermissionGroupsList: { results: groups } };
  let isSealed: boolean | undefined;
  const { outputs } = await runStack(
    async () => {
      const { state } = await construct("worker", DEPLOY_TOKEN, { ...token, expiresOn }, {});
      isSealed = await pulumi.isSecret(state.value as pulumi.Output<string>);
      return state;
    },
    { answers },
  );
  expect(isSealed).toBe(true);
  expect(await resolved(outputs)).toEqual({ value: CANARY, tokenId: `worker-preview-${expiresOn}_id` });
});

test("a type that the package does not have is refused", async () => {
  const message = await refusal("cloudflare-worker-secrets:index:Other", {});
  expect(message).toBe("cloudflare-worker-secrets has no cloudflare-worker-secrets:index:Other.");
});
