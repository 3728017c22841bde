import type { Input } from "@pulumi/pulumi";
import type { DeployNeeds } from "./needs";

export const KINDS = ["bootstrap", "deploy", "preview"] as const;

/**
 * What a token is for. `bootstrap` may create Workers, and so may change every Worker of the account. `deploy` may deploy the
 * Workers that it names, which must exist. `preview` may read the names of all Workers and of their bindings, the values of
 * plain variables, and logs (Cloudflare lets it tail every Worker), but no code and no secret.
 */
export type DeployTokenKind = (typeof KINDS)[number];

/** The arguments of a `DeployToken`. */
export interface DeployTokenArgs {
  /** The account that the token is for and belongs to: 32 hexadecimal digits in lower case. */
  accountId: Input<string>;
  /** See {@link DeployTokenKind}. */
  kind: DeployTokenKind;
  /**
   * What the stack's next deploy needs, by hand or from `deployNeeds`, with which everyone who can deploy that stack decides what
   * the token may do. A `deploy` token needs at least one Worker. The other kinds are for all Workers.
   *
   * @example
   * needs: { workers: ["shop"], routeZones: [zoneId], secretsStore: true }
   * needs: new pulumi.StackReference("organization/shop/prod").requireOutput("deployNeeds")
   */
  needs?: Input<DeployNeeds> | undefined;
  /**
   * The day, `YYYY-MM-DD`, at whose beginning in UTC the token expires: at most 366 days from now, for `bootstrap` 7. Another
   * day makes another token, with another value, so that a value never lives longer than was said when it was made.
   */
  expiresOn: string;
  /**
   * The `expiresOn` of the token before, which stays valid while this is given: until every pipeline has the new value.
   * Default: none. The next `pulumi up` deletes a token whose day is in neither.
   */
  previousExpiresOn?: string | undefined;
  /**
   * The addresses that may use the token, as IPv4 or IPv6 ranges: `203.0.113.0/24`. Their order has no meaning. Default: any.
   */
  allowedAddresses?: readonly string[] | undefined;
  /** The token's name in the dashboard, which is followed by its day; at most 100 characters. Default: `<project>-<stack>-<resource>`. */
  name?: string | undefined;
}
