import type * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { hasHooks, hookPrefix, makeHook } from "../../hooks";
import { resolveInputs } from "../../inputs";
import type { LiveChoices } from "../live-choices";
import { scriptOf } from "./hook-inputs";
import { look } from "./lookup";
import { stillWaiting } from "./messages";
import { judge, type Note } from "./verdict";
import { type Upload, verify } from "./verify";

/** What a script was deployed with. */
type Deployed = Pick<cloudflare.WorkersScript, "accountId" | "scriptName" | "bindings">;

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
  /** This run's upload, done or about to be. */
  #upload: Upload | undefined;

  constructor(
    private readonly component: pulumi.ComponentResource,
    name: string,
    private readonly choices: LiveChoices,
  ) {
    this.#hookPrefix = hookPrefix(name);
  }

  /** For the script. A hook that throws stops the step before anything is sent. */
  scriptHooks(): pulumi.ResourceHookBinding {
    if (!hasHooks()) {
      return {};
    }
    const before = (args: pulumi.ResourceHookArgs) => this.#before(args);
    return {
      beforeCreate: [this.#hook("before-create", before)],
      beforeUpdate: [this.#hook("before-update", before)],
    };
  }

  /** For the `Secret` children. */
  secretHooks(): pulumi.ResourceHookBinding {
    if (!hasHooks()) {
      return {};
    }
    const created = ({ name }: pulumi.ResourceHookArgs) => void this.#created.add(name);
    return { beforeCreate: [this.#hook("before-secret", created)] };
  }

  /** For the `Verification` of the script, which is registered after it. */
  verificationHooks(script: Deployed): pulumi.ResourceHookBinding {
    if (!hasHooks()) {
      return {};
    }
    const verification = [this.#hook("verify", () => this.#verify(script))];
    return { beforeCreate: verification, beforeUpdate: verification };
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

  /** A hook that runs in previews too. */
  #hook(step: string, callback: pulumi.ResourceHookFunction): pulumi.ResourceHook {
    return makeHook(`${this.#hookPrefix}-${step}`, callback, { onDryRun: true });
  }

  async #before({ newInputs, oldInputs }: pulumi.ResourceHookArgs): Promise<void> {
    this.#upload = { after: undefined };
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
    this.#upload = { after: seen.number };
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

  async #verify({ accountId, scriptName, bindings }: Deployed): Promise<void> {
    // A preview of an upload has nothing to look at yet: the deploy will.
    if (this.#upload !== undefined && pulumi.runtime.isDryRun()) {
      return;
    }
    const deployed = (await resolveInputs({ accountId, scriptName, bindings })) as Record<string, unknown>;
    // An import leaves no bindings, so there is nothing to compare until the next upload.
    if (deployed.bindings === undefined) {
      return;
    }
    const script = await scriptOf(deployed);
    const { unreadableWorker = "error" } = this.choices;
    const verified = verify(script, this.#upload, unreadableWorker, this.component);
    for (const note of await this.#patiently(script.scriptName, verified)) {
      await this.#say(note);
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
