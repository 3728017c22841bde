import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { reasonOf } from "../answers";
import { plainError, refuse } from "../refusal";
import type { DeployTokenArgs } from "./args";
import { type CheckedToken, titleOf } from "./check";
import { grantsOf } from "./grants";
import { listGroups, policiesOf, type Policy } from "./permission-groups";
import { tagsOf } from "./worker-tags";

/** What is known of the current token once it is declared. */
export interface DeclaredToken {
  readonly id: pulumi.Output<string>;
  readonly value: pulumi.Output<string>;
}

/**
 * Declares the token, and the one before while it is kept. Each day has a resource of its own, so another day makes another
 * token, before the one that is no longer declared is deleted.
 *
 * @throws pulumi.RunError if a permission group or a Worker is not found, or if they cannot be read
 */
export async function declareTokens(
  parent: pulumi.ComponentResource,
  resourceName: string,
  args: DeployTokenArgs,
  checked: CheckedToken,
): Promise<DeclaredToken> {
  const policies = checked.isUnknown
    ? pulumi.output(pulumi.unknown as Policy[])
    : await findPolicies(parent, resourceName, checked);
  const { name = `${pulumi.getProject()}-${pulumi.getStack()}-${resourceName}`, allowedAddresses } = args;
  const declare = (day: string) =>
    new cloudflare.AccountToken(
      // Another kind is another token too: a value that a pipeline has never gets other rights.
      `${resourceName}-${checked.kind}-${day}`,
      {
        accountId: checked.accountId,
        name: `${name} until ${day}`,
        policies: policies as cloudflare.AccountTokenArgs["policies"],
        expiresOn: `${day}T00:00:00Z`,
        condition: allowedAddresses && { requestIp: { ins: allowedAddresses.toSorted() } },
      },
      // The SDK marks the value as secret.
      { parent },
    );
  if (args.previousExpiresOn !== undefined) declare(args.previousExpiresOn);
  const { id, value } = declare(args.expiresOn);
  return { id, value: pulumi.secret(value) };
}

async function findPolicies(
  parent: pulumi.Resource,
  resourceName: string,
  { accountId, kind, workers, ...needs }: CheckedToken,
): Promise<Policy[]> {
  const problems: string[] = [];
  const named = kind === "deploy" ? workers : [];
  const [groups, tags] = await Promise.all([
    listGroups(accountId, parent),
    tagsOf(accountId, named, parent, problems),
  ]).catch((error: unknown) => {
    throw plainError(unreadable(resourceName, reasonOf(error)));
  });
  const policies = policiesOf(grantsOf({ ...needs, accountId, kind, tags }), groups, problems);
  refuse(titleOf(resourceName), problems);
  return policies;
}

function unreadable(resourceName: string, reason: string): string {
  return (
    `${titleOf(resourceName)}: what Cloudflare has could not be read. Nothing was sent to Cloudflare. (${reason})\n` +
    "  - If the API failed: try again.\n" +
    "  - If the token of this stack may not do this: it needs Account API Tokens Write, and Workers Metadata Read-Only to find\n" +
    "    the Workers. A token that this component made never has the first: declare tokens in a stack of their own."
  );
}
