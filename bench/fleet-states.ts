import { randomBytes } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import type { Resource } from "../kit/stack-state";
import { SECRET } from "../component/contract/type-tokens";
import { SecretsStore, WorkerScript } from "../component";
import { configKey, type Fleet, type FleetStack, SECRETS_A_WORKER, STORE, STORED, storedFor } from "./fleet";
import { ACCOUNT_ID, CONTENT, secrets } from "./worker-program";

/** The one stack and Worker that are really deployed. In the copies, other names replace these two. */
export const TEMPLATE_STACK = "template-stack";
export const TEMPLATE_WORKER = "template-worker";

/**
 * The secrets of a store that exists already, and a Worker that is bound to one of them.
 *
 * @param withWorker false for a first deploy: what is bound must exist, and here nothing says so, because in the fleet the
 * two are in different stacks
 */
export function templateProgram(storeId: string, withWorker: boolean): PulumiFn {
  return () => {
    const values = Object.entries(secrets(SECRETS_A_WORKER));
    new SecretsStore(STORE, {
      ...{ accountId: ACCOUNT_ID, storeId },
      secrets: STORED.map((name) => ({
        name,
        text: `value of ${name}`,
        source: `config:${name}`,
        maxAge: 90,
      })),
    });
    if (!withWorker) return Promise.resolve({});
    new WorkerScript(TEMPLATE_WORKER, {
      accountId: ACCOUNT_ID,
      name: TEMPLATE_WORKER,
      content: CONTENT,
      secretTextBindings: values.map(([name, text]) => ({
        ...{ name, text, maxAge: 90 },
        source: `config:${configKey(TEMPLATE_WORKER, name)}`,
      })),
      secretsStoreBindings: [{ name: "SHARED", storeId, secretName: storedFor(0) }],
    });
    return Promise.resolve({});
  };
}

/** A state file of the file backend. */
interface StateFile {
  readonly checkpoint: { readonly latest: { resources: readonly Resource[] } };
}

/**
 * Copies the template's Worker within its state under the names of the fleet, and gives each secret another value.
 * Pulumi encrypts the values as it imports them.
 */
export async function importCopies(stack: Stack, { stacks }: Fleet): Promise<void> {
  const exported = await stack.exportStack();
  const deployment = exported.deployment as { readonly resources: readonly Resource[] };
  const workers = stacks.flatMap(({ components }) => components).filter((name) => name !== STORE);
  const template = deployment.resources.filter((resource) => ownerOf(resource) === TEMPLATE_WORKER);
  const resources = [
    ...deployment.resources.filter((resource) => isShared(resource) || ownerOf(resource) === STORE),
    ...workers.flatMap((worker, index) => copyWorker(template, worker, storedFor(index))),
  ];
  await stack.importStack({ ...exported, deployment: { ...deployment, resources } });
}

/**
 * Splits the template's state into one state for each stack of the fleet, as if each had been deployed.
 *
 * @param folder created here; holds a file backend with the stacks of the fleet
 * @returns the backend's URL
 */
export async function writeBackend(template: Stack, { stacks }: Fleet, folder: string): Promise<string> {
  const { PULUMI_BACKEND_URL: backend = "" } = template.workspace.envVars;
  const { name: project } = await template.workspace.projectSettings();
  const from = path.join(fileURLToPath(backend), ".pulumi");
  const to = path.join(folder, ".pulumi");
  const fileOf = (stack: string) => path.join("stacks", project, `${stack}.json`);
  const text = await fs.readFile(path.join(from, fileOf(TEMPLATE_STACK)), "utf8");
  const all = JSON.parse(text) as StateFile;
  await fs.mkdir(path.join(to, "stacks", project), { recursive: true });
  // Without it, Pulumi takes the backend for one in an older format.
  await fs.copyFile(path.join(from, "meta.yaml"), path.join(to, "meta.yaml"));
  for (const stack of stacks) {
    await fs.writeFile(path.join(to, fileOf(stack.name)), stateOf(stack, all));
  }
  return pathToFileURL(folder).href;
}

/** The resources of a stack that belong to no Worker: the stack itself and the provider. */
function isShared({ type }: Resource): boolean {
  return type.startsWith("pulumi:");
}

function copyWorker(template: readonly Resource[], worker: string, stored: string): Resource[] {
  const text = JSON.stringify(template);
  const copy = text.replaceAll(TEMPLATE_WORKER, worker).replaceAll(storedFor(0), stored);
  const resources = JSON.parse(copy) as Resource[];
  return resources.map((resource) => (resource.type === SECRET ? withOtherValue(resource) : resource));
}

function withOtherValue(secret: Resource): Resource {
  const digest = JSON.stringify(randomBytes(32).toString("hex"));
  const fingerprint = { ...(secret.inputs?.fingerprint as object), plaintext: digest };
  return { ...secret, inputs: { ...secret.inputs, fingerprint } };
}

function stateOf({ name, components }: FleetStack, { checkpoint, ...file }: StateFile): string {
  const { latest } = checkpoint;
  const resources = latest.resources.filter(
    (resource) => isShared(resource) || components.includes(ownerOf(resource)),
  );
  const state = { ...file, checkpoint: { ...checkpoint, latest: { ...latest, resources } } };
  return JSON.stringify(state).replaceAll(TEMPLATE_STACK, name);
}

/** The Worker of a resource, whose name is `<worker>` or `<worker>/<binding>`. */
function ownerOf({ urn }: Resource): string {
  return urn.split("::").at(-1)?.split("/")[0] ?? "";
}
