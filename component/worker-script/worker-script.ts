import "../debug-log";
import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { MAIN_MODULE } from "../contract/main-module";
import { WORKER_SCRIPT } from "../contract/type-tokens";
import { failRunWith, unlessRefused } from "../refusal";
import { DEFAULT_COMPATIBILITY_DATE, type WorkerScriptArgs } from "./args";
import { secretNames, sortedBindings } from "./bindings";
import { checkDeclaration } from "./check";
import { declareRoute } from "./declare-route";
import { declareSecrets } from "./declare-secrets";
import { inventory } from "./inventory";
import { withLivePrevious } from "./kept-secrets";
import { recordedChoices } from "./live-choices";
import { LiveGuard } from "./live/live-guard";
import { Verification } from "./live/verification";
import { filesOf } from "./modules";
import { findKeptSecrets } from "./recorded";
import { settingsOf } from "./script-settings";

/**
 * A Cloudflare Worker with its secrets: what `WorkerScript` was in `@pulumi/cloudflare` v5, on v6.
 *
 * Every secret is sealed before the engine sees it, has its own line in the preview, and is removed from the Worker when
 * it is removed from the program. All arguments are checked before anything is sent, and one error lists all problems.
 * Live secrets and other bindings that the program does not declare stop the deploy, unless an argument allows their loss.
 *
 * @example
 * const config = new pulumi.Config();
 * new WorkerScript("myScript", {
 *   accountId: config.require("accountId"),
 *   name: "script_1",
 *   content: fs.readFileSync("script.js", "utf8"),
 *   secretTextBindings: [{ name: "MY_SECRET_NAME_KEY", text: config.requireSecret("secrets-demo") }],
 * });
 */
export class WorkerScript extends pulumi.ComponentResource {
  /** The script's name in the account. */
  readonly name: pulumi.Output<string>;
  /** The names of the secrets in `secretTextBindings`, previous values included, sorted. */
  readonly secretNames: pulumi.Output<string[]>;
  /** Whether it binds secrets of the Secrets Store: then a token that deploys it needs Secrets Store Write. */
  readonly bindsSecretsStore: pulumi.Output<boolean>;
  /** Cloudflare's hash of the deployed content. */
  readonly etag: pulumi.Output<string>;
  /** `https://<name>.<subdomain>.workers.dev`, if `workersDev` is on and `workersDevSubdomain` is given. */
  readonly url: pulumi.Output<string | undefined>;

  /**
   * @param name the resource's name in the stack; the script and the secrets appear under it in the preview. To rename
   * it, add an alias: otherwise it is a new resource, which is refused because its Worker exists already
   * @param args the Worker's account, name, source code and bindings
   * @param opts the options that components have: `provider`, `protect`, `aliases`, `dependsOn`, ...; those of a
   * custom resource, such as `ignoreChanges` or `import`, reach the script through `transforms`
   * @throws pulumi.RunError, through its outputs: it lists every wrong argument, and fails the run
   */
  constructor(name: string, args: WorkerScriptArgs, opts?: pulumi.ComponentResourceOptions) {
    // Hardly any inputs: the engine would record them unencrypted, even if the children seal theirs.
    super(WORKER_SCRIPT, name, recordedChoices(args), opts);
    const check = checkDeclaration(name, args).then((known) => withLivePrevious(known, this));
    failRunWith(check);
    // A function, because an Output takes the parts of an object for known or unknown, secret or not, as a whole.
    const checked = pulumi.output(check.then((known) => () => known));
    // One input that waits for the check holds a resource back, and fails with it. The outputs wait too: a resource that
    // is not declared never resolves its own, and a program that exports one would hang.
    const onceChecked = <T>(value: pulumi.Input<T>) =>
      checked.apply(() => pulumi.output(value)) as pulumi.Output<T>;

    const guard = new LiveGuard(this, name, args);
    const files = args.modules === undefined ? undefined : filesOf(onceChecked(args.modules));
    const bindings = checked.apply((declared) => sortedBindings(declared()));
    const script = this.declareScript(
      name,
      { ...args, name: onceChecked(args.name) },
      bindings,
      files,
      guard,
    );
    // Only once the script is registered: waiting for the outputs of one that failed, a registration would never end.
    const verification = script.urn.apply(() => new Verification(this, name, script, guard).urn);
    const difference = checked.apply((declared) => findKeptSecrets(script, declared()));
    // A secret is recorded as deployed once the Worker was seen to have it.
    pulumi
      .all([checked, difference, verification])
      .apply(([declared, found]) => declareSecrets(this, name, declared(), script, guard, found));
    this.name = onceChecked(script.scriptName);
    this.secretNames = checked.apply((declared) => secretNames(declared()));
    this.etag = onceChecked(script.etag);
    this.url = onceChecked(declareRoute(this, name, args));
    const secrets = pulumi
      .all([checked, difference])
      .apply(([declared, found]) => inventory(declared(), found));
    this.bindsSecretsStore = secrets.apply((all) => all.some(({ type }) => type === "secrets_store_secret"));
    this.registerOutputs(
      unlessRefused(check, {
        name: this.name,
        secretNames: this.secretNames,
        etag: this.etag,
        url: this.url,
        inventory: secrets,
      }),
    );
  }

  private declareScript(
    name: string,
    args: WorkerScriptArgs,
    bindings: cloudflare.WorkersScriptArgs["bindings"],
    files: cloudflare.WorkersScriptArgs["files"],
    guard: LiveGuard,
  ): cloudflare.WorkersScript {
    return new cloudflare.WorkersScript(
      name,
      {
        ...settingsOf(args),
        accountId: args.accountId,
        scriptName: args.name,
        content: args.content,
        mainModule: pulumi.output(args.module ?? true).apply((module) => (module ? MAIN_MODULE : undefined)),
        files,
        compatibilityDate: args.compatibilityDate ?? DEFAULT_COMPATIBILITY_DATE,
        compatibilityFlags: args.compatibilityFlags,
        bindings,
        // Keeps only what the program names. If this is unset, Cloudflare keeps secrets that were removed.
        keepBindings: [],
      },
      {
        parent: this,
        additionalSecretOutputs: ["bindings"],
        hooks: guard.scriptHooks(),
        // With `takeOver` the guard accepts a replacement by a Worker of the same name, for example by
        // `pulumi up --replace`. If it were created first, it would be deleted together with the old one.
        ...(args.takeOver === true && { deleteBeforeReplace: true }),
      },
    );
  }
}
