import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULT_COMPATIBILITY_DATE, type WorkerScriptArgs } from "./args";
import { secretNames, sortedBindings } from "./bindings";
import { checkArgs } from "./check";
import { mapInputs, whenResolved } from "./inputs";
import { Secret } from "./secret";

/**
 * A Cloudflare Worker with its secrets: what `WorkerScript` was in `@pulumi/cloudflare` v5, on v6.
 *
 * Every secret is sealed before the engine sees it, has a line of its own in the preview, and is removed from the
 * Worker when it is removed from the program. All arguments are checked before anything is sent; the error
 * lists everything that is wrong with them.
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
  /** The names of the secrets in `secretTextBindings`, sorted. */
  readonly secretNames: pulumi.Output<string[]>;
  /** Cloudflare's hash of the deployed content. */
  readonly etag: pulumi.Output<string>;
  /** `https://<name>.<subdomain>.workers.dev`, where `workersDev` is on and `workersDevSubdomain` is given. */
  readonly url: pulumi.Output<string | undefined>;

  /**
   * @param name the resource's name in the stack; the script and the secrets appear under it in the preview
   * @param args the Worker: its account, name, source code and bindings
   * @param opts the options of every component: `provider`, `protect`, `aliases`, ...
   * @throws pulumi.RunError that lists every argument that is wrong; the stack's run fails with it
   */
  constructor(name: string, args: WorkerScriptArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = pulumi.output(checkArgs(name, args));
    // The component waits for the check and its children wait for the component: nothing is declared before.
    super(
      "cloudflare-worker-secrets:index:WorkerScript",
      name,
      { scriptName: checked.apply(() => args.name) },
      opts,
    );

    void mapInputs(args.secretTextBindings, (secret) =>
      whenResolved(secret.name, (binding) => {
        const text = checked.apply(() => pulumi.output(secret.text));
        return new Secret(`${name}/${binding}`, text, { parent: this }).urn;
      }),
    );

    const script = new cloudflare.WorkersScript(
      name,
      {
        accountId: args.accountId,
        scriptName: args.name,
        content: args.content,
        mainModule: pulumi.output(args.module ?? true).apply((module) => (module ? "script.js" : undefined)),
        compatibilityDate: args.compatibilityDate ?? DEFAULT_COMPATIBILITY_DATE,
        compatibilityFlags: args.compatibilityFlags,
        bindings: sortedBindings(args),
        // Nothing that the program does not name is kept. Left unset, Cloudflare keeps secrets that were removed.
        keepBindings: [],
      },
      { parent: this, additionalSecretOutputs: ["bindings"] },
    );

    this.name = script.scriptName;
    this.secretNames = secretNames(args);
    this.etag = script.etag;
    this.url = pulumi.output<string | undefined>(undefined);
    if (args.workersDev !== undefined) {
      const route = new cloudflare.WorkersScriptSubdomain(
        name,
        {
          accountId: args.accountId,
          scriptName: script.scriptName,
          enabled: args.workersDev,
          previewsEnabled: false,
        },
        { parent: this },
      );
      const subdomain = pulumi.output(args.workersDevSubdomain);
      this.url = pulumi
        .all([route.enabled, route.scriptName, subdomain])
        .apply(([on, script, account]) =>
          on && account !== undefined ? `https://${script}.${account}.workers.dev` : undefined,
        );
    }
    this.registerOutputs({
      name: this.name,
      secretNames: this.secretNames,
      etag: this.etag,
      url: this.url,
    });
  }
}
