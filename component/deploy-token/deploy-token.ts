import "../debug-log";
import * as pulumi from "@pulumi/pulumi";
import { DEPLOY_TOKEN } from "../contract/type-tokens";
import { failRunWith, unlessRefused } from "../refusal";
import type { DeployTokenArgs } from "./args";
import { checkArgs } from "./check";
import { declareTokens } from "./declare-tokens";

/**
 * An API token that can do what one stack's next deploy needs, and no more, until it expires. Declare it in a stack of its own,
 * which an administrator deploys: a token that could make this one could make any.
 *
 * Cloudflare authorises no bindings but those to a Secrets Store, so a `deploy` token may bind any KV namespace, R2 bucket, D1
 * database, queue and Worker of the account to its own Workers, and read them there.
 *
 * @example
 * const token = new DeployToken("shop-prod", {
 *   accountId,
 *   kind: "deploy",
 *   needs: { workers: ["shop"] },
 *   expiresOn: "2027-01-31",
 * });
 * export const shopToken = token.value;
 */
export class DeployToken extends pulumi.ComponentResource {
  /** The token, a secret: what `CLOUDFLARE_API_TOKEN` of the pipeline gets. */
  readonly value: pulumi.Output<string>;
  /** The token's id, with which it can be found and deleted. */
  readonly tokenId: pulumi.Output<string>;

  /**
   * @param name the resource's name in the stack, which is also in the token's name
   * @param args what the token is for, and until when
   * @param opts the options that components have
   * @throws pulumi.RunError, through its outputs: it lists every wrong argument, and fails the run
   */
  constructor(name: string, args: DeployTokenArgs, opts?: pulumi.ComponentResourceOptions) {
    super(DEPLOY_TOKEN, name, {}, opts);
    const check = checkArgs(name, args);
    const declared = check.then((checked) => declareTokens(this, name, args, checked));
    failRunWith(declared);
    this.value = pulumi.secret(pulumi.output(declared.then(({ value }) => value)));
    this.tokenId = pulumi.output(declared.then(({ id }) => id));
    this.registerOutputs(
      unlessRefused(declared, {
        accountId: args.accountId,
        tokenId: this.tokenId,
        kind: args.kind,
        needs: args.needs ?? {},
        expiresOn: args.expiresOn,
        previousExpiresOn: args.previousExpiresOn,
        allowedAddresses: args.allowedAddresses,
      }),
    );
  }
}
