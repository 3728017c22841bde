import * as pulumi from "@pulumi/pulumi";
import { hasHooks, hookPrefix, makeHook } from "../hooks";
import { resolveInputs } from "../inputs";
import { MAX_STORE_SECRETS } from "../contract/limits";
import { listSecrets, type LiveSecret, type LiveStore } from "./lookup";
import * as messages from "./messages";

/** A secret may be not found for about 20 seconds after it was created. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000, 8_000];

interface Secret {
  readonly accountId: string;
  readonly storeId: string;
  readonly name: string;
  readonly status?: string;
}

/**
 * Looks at the store before a secret is created, in a preview too, and after it was sent. It asks through the provider,
 * so it uses the provider's credentials. A secret that does not change causes no request.
 */
export class StoreGate {
  readonly #hookPrefix: string;
  /** What was in the store before this run. */
  #before: Promise<LiveSecret[]> | undefined;
  #created = 0;

  /** @param names the declared secrets, without their previous values */
  constructor(
    private readonly component: pulumi.ComponentResource,
    name: string,
    private readonly names: readonly string[],
  ) {
    this.#hookPrefix = hookPrefix(name);
  }

  /** For the store. @param found a store that has its name */
  storeHooks(found: LiveStore | undefined): pulumi.ResourceHookBinding {
    if (!hasHooks() || found === undefined) return {};
    const refuse = () => {
      throw new pulumi.RunError(messages.storeExists(found));
    };
    return { beforeCreate: [makeHook(`${this.#hookPrefix}-before-store`, refuse, { onDryRun: true })] };
  }

  /** For the secrets. A hook that throws before stops the step before anything is sent; one after, what depends on it. */
  secretHooks(): pulumi.ResourceHookBinding {
    if (!hasHooks()) return {};
    const before = makeHook(`${this.#hookPrefix}-before-create`, (args) => this.#beforeCreate(args), {
      onDryRun: true,
    });
    const after = makeHook(`${this.#hookPrefix}-after`, (args) => this.#after(args), {});
    return { beforeCreate: [before], afterCreate: [after], afterUpdate: [after] };
  }

  async #beforeCreate({ newInputs }: pulumi.ResourceHookArgs): Promise<void> {
    const { accountId, storeId, name } = await secretOf(newInputs);
    // A preview that does not know everything yet leaves this to the deploy.
    if ([accountId, storeId].some(pulumi.isUnknown)) return;
    const live = await (this.#before ??= listSecrets(accountId, storeId, this.component));
    const found = live.find((secret) => secret.name === name);
    if (found !== undefined) {
      throw new pulumi.RunError(messages.secretExists(found, storeId, !this.names.includes(name)));
    }
    this.#created += 1;
    if (live.length + this.#created > MAX_STORE_SECRETS) {
      throw new pulumi.RunError(messages.storeIsFull(name, live.length));
    }
  }

  async #after({ newOutputs }: pulumi.ResourceHookArgs): Promise<void> {
    const secret = await secretOf(newOutputs);
    let { status }: { status?: string | undefined } = secret;
    if (status === "active") return;
    await pulumi.log.info(messages.waiting(secret.name), this.component);
    for (const wait of WAITS_MS) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      const live = await listSecrets(secret.accountId, secret.storeId, this.component);
      status = live.find(({ name }) => name === secret.name)?.status;
      if (status === "active") return;
    }
    throw new pulumi.RunError(messages.notActive(secret.name, status));
  }
}

/** Reads what a hook needs, and not the value. */
async function secretOf(properties: Record<string, unknown> | undefined): Promise<Secret> {
  const { accountId, storeId, name, status } = { ...properties };
  return (await resolveInputs({ accountId, storeId, name, status })) as Secret;
}
