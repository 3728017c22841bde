import type { FullResource } from "../../commands/from-v5/state";
import { ACCOUNT_ID, CANARY } from "./mock-stack";

const MARK = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const STACK = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev";
export const SCRIPT = "cloudflare:index/workerScript:WorkerScript";
const SECRET = "cloudflare:index/workerSecret:WorkerSecret";
export const ROUTE = "cloudflare:index/workerRoute:WorkerRoute";
export const V6_SCRIPT = "cloudflare:index/workersScript:WorkersScript";
const OLD = provider("default_5_49_1", "5.49.1");
export const NEW = provider("default_6_22_1", "6.22.1");

/** A secret of a state: as `--show-secrets` prints it, or with its ciphertext. */
export function sealed(value: unknown): object {
  return { ...MARK, plaintext: JSON.stringify(value) };
}
export function ciphertext(text: string): object {
  return { ...MARK, ciphertext: text };
}

export function urnOf(type: string, name: string): string {
  return `urn:pulumi:dev::p::${type}::${name}`;
}

export function provider(name: string, version: string): FullResource {
  const type = "pulumi:providers:cloudflare";
  return { urn: urnOf(type, name), type, custom: true, id: `id-of-${name}`, inputs: { version } };
}

/** A resource of v5, a child of the stack. */
export function resource(
  type: string,
  name: string,
  inputs: object,
  more: Partial<FullResource> = {},
): FullResource {
  const { urn, id = "" } = OLD;
  return {
    ...{ urn: urnOf(type, name), type, custom: true, id: name, parent: STACK, provider: `${urn}::${id}` },
    inputs: { ...inputs },
    ...more,
  };
}

/** A `WorkerScript` of v5 whose list of secrets is sealed as a whole, as v5.49 does it. */
export function script(name: string, inputs: object = {}, more: Partial<FullResource> = {}): FullResource {
  const secrets = sealed([{ name: "TOKEN", text: sealed(`${CANARY} token`) }]);
  const all = { accountId: ACCOUNT_ID, content: "code", module: true, name, secretTextBindings: secrets };
  return resource(SCRIPT, `${name}-resource`, { ...all, ...inputs }, more);
}

/** A `WorkerSecret` of v5. */
export function secret(name: string, scriptName: string, more: Partial<FullResource> = {}): FullResource {
  const inputs = { accountId: ACCOUNT_ID, name, scriptName, secretText: sealed(`${CANARY} ${name}`) };
  return resource(SECRET, `${scriptName}-${name}`, inputs, more);
}

/** The script that v6 makes of a Worker, under its component. */
export function v6Script(scriptName: string, more: Partial<FullResource> = {}): FullResource {
  const { urn, id = "" } = NEW;
  const component = "cloudflare-worker-secrets:index:WorkerScript$";
  return {
    ...resource(`${component}${V6_SCRIPT}`, scriptName, { accountId: ACCOUNT_ID, scriptName }),
    ...{ type: V6_SCRIPT, provider: `${urn}::${id}` },
    ...more,
  };
}

/** A state as Pulumi exports it. The first resource is the stack, then come the providers. */
export function exportOf(resources: readonly FullResource[], more: object = {}): string {
  const stack = { urn: STACK, type: "pulumi:pulumi:Stack", custom: false };
  const deployment = { manifest: { time: "now" }, resources: [stack, OLD, ...resources], ...more };
  return JSON.stringify({ version: 3, deployment });
}
