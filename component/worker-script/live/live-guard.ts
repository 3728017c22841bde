import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import type { WorkerScriptArgs } from "../args";
import { differsFromDeclared, notVerified, uploadsBetween } from "./deployed";
import { scriptOf } from "./hook-inputs";
import { hookPrefix } from "./hook-names";
import { look, newestUpload, reasonOf } from "./lookup";
import { stillWaiting } from "./messages";
import { judge, type Note } from "./verdict";

/** After this long, log what we are waiting for. */
const PATIENCE_MS = 10_000;

/**
 * Compares what is live with what the program declares: before the script is created or changed, in a preview too, and
 * after its upload. It asks through the provider, so it uses the provider's credentials. A script that does not change
 * is in no danger, so it causes no request.
 */
export class LiveGuard {
  /** Secrets that are declared but neither live nor in the script's state. */
  readonly #absent = new Set<string>();
  /** The `Secret` children that the stack does not have yet. */
  readonly #created = new Set<string>();
  readonly #hookPrefix: string;
  /** The number of the newest upload before this deploy's. */
  #number: number | undefined;

  constructor(
    private readonly component: pulumi.ComponentResource,
    name: string,
    private readonly choices: Pick<WorkerScriptArgs, "undeclaredSecrets" | "takeOver" | "unreadableWorker">,
  ) {
    this.#hookPrefix = hookPrefix(name);
  }

  /** For the script. A before hook that throws stops the step before anything is sent; an after hook fails the deploy. */
  scriptHooks(): pulumi.ResourceHookBinding {
    if (!hasHooks()) {
      return {};
    }
    const before = (args: pulumi.ResourceHookArgs) => this.#before(args);
    const after = (args: pulumi.ResourceHookArgs) => this.#after(args);
    return {
      beforeCreate: [this.#hook("before-create", before, { onDryRun: true })],
      beforeUpdate: [this.#hook("before-update", before, { onDryRun: true })],
      afterCreate: [this.#hook("after-create", after)],
      afterUpdate: [this.#hook("after-update", after)],
    };
  }

  /** For the `Secret` children. */
  secretHooks(): pulumi.ResourceHookBinding {
    if (!hasHooks()) {
      return {};
    }
    const created = ({ name }: pulumi.ResourceHookArgs) => void this.#created.add(name);
    return { beforeCreate: [this.#hook("before-secret", created, { onDryRun: true })] };
  }

  /**
   * Call this when a secret's resource is registered, which happens after the script. A refresh removes a secret that is
   * gone from the Worker from the script's state too, so the script takes it for a new one; but the secret's own resource
   * is still in the stack.
   */
  async secretRegistered(resource: string, binding: string): Promise<void> {
    if (this.#absent.has(binding) && !this.#created.has(resource)) {
      await this.#say({
        severity: "info",
        message: `${binding} was removed from the Worker by other means, and was missing at the last refresh; a deploy puts it back.`,
      });
    }
  }

  #hook(step: string, callback: pulumi.ResourceHookFunction, opts?: pulumi.ResourceHookOptions) {
    // Bound, because a call of the provider needs the program's async context, and a hook has none.
    return new pulumi.ResourceHook(`${this.#hookPrefix}-${step}`, AsyncResource.bind(callback), opts);
  }

  async #before({ newInputs, oldInputs }: pulumi.ResourceHookArgs): Promise<void> {
    const script = await scriptOf(newInputs);
    // A preview that does not know everything yet leaves this to the deploy.
    if (pulumi.containsUnknowns(script)) {
      return;
    }
    const { accountId, scriptName, bindings: declared } = script;
    const before = oldInputs && (await scriptOf(oldInputs)).bindings;
    const question = {
      accountId,
      scriptName,
      isOurs: before !== undefined,
      takeOver: !!this.choices.takeOver,
    };
    const seen = await this.#patiently(scriptName, look(question, this.component));
    this.#number = seen.number;
    const verdict = judge({ accountId, scriptName, declared, before, seen, choices: this.choices });
    for (const note of verdict.notes) {
      await this.#say(note);
    }
    if (verdict.refusal !== undefined) {
      throw new pulumi.RunError(verdict.refusal);
    }
    for (const name of verdict.absent) {
      this.#absent.add(name);
    }
  }

  async #after({ newInputs }: pulumi.ResourceHookArgs): Promise<void> {
    const { accountId, scriptName, bindings } = await scriptOf(newInputs);
    const upload = await this.#patiently(
      scriptName,
      newestUpload({ accountId, scriptName }, this.component).catch((error: unknown) => reasonOf(error)),
    );
    if (typeof upload === "string") {
      await this.#say({ severity: "warn", message: notVerified(scriptName, upload) });
      return;
    }
    const uploads =
      upload.number !== undefined && this.#number !== undefined ? upload.number - this.#number : 1;
    const between = uploadsBetween(scriptName, uploads);
    if (between !== undefined) {
      await this.#say({ severity: "warn", message: between });
    }
    const difference = differsFromDeclared(scriptName, bindings, upload.bindings);
    if (difference !== undefined) {
      throw new pulumi.RunError(difference);
    }
  }

  /** Sets no time limit, because Pulumi waits for each call to end, and the provider limits and retries them. */
  async #patiently<T>(scriptName: string, question: Promise<T>): Promise<T> {
    const message = stillWaiting(scriptName);
    const waiting = setTimeout(() => void this.#say({ severity: "info", message }), PATIENCE_MS);
    return question.finally(() => {
      clearTimeout(waiting);
    });
  }

  async #say({ severity, message }: Note): Promise<void> {
    await pulumi.log[severity](message, this.component);
  }
}

/** Pulumi's mocks (3.248.0) have no hooks, and a program's unit tests must still run. */
function hasHooks(): boolean {
  const monitor = pulumi.runtime.getMonitor() as { registerResourceHook?: unknown } | undefined;
  return monitor?.registerResourceHook !== undefined;
}
