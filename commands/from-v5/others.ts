import { type FullResource, nameOf } from "./state";
import { isDispatched, propertiesOf } from "./v5";
import { className, type V6Types } from "./v6-types";

/**
 * A line for each resource of v5 that stays in the state: what v6 does with it.
 *
 * @param pulumi makes a `pulumi` command line for the stack
 */
export function otherLines(
  others: readonly FullResource[],
  types: V6Types,
  pulumi: (...words: string[]) => string,
): string[] {
  return others.map(
    (other) => `${nameOf(other)} (v5's ${className(other.type)}): ${fate(other, types, pulumi)}`,
  );
}

function fate(other: FullResource, types: V6Types, pulumi: (...words: string[]) => string): string {
  const forget = pulumi("state", "delete", other.urn);
  if (isDispatched(other)) {
    return (
      "v6 has no script in a dispatch namespace. Before the deploy, so that it is not deleted, upload it by Cloudflare's " +
      `API from then on, and run: ${forget}`
    );
  }
  const successor = types.successorOf(other.type);
  switch (successor.kind) {
    case "same":
      return "v6 has the type too, with arguments of its own. The preview says what it changes.";
    case "alias":
      return (
        `v6's ${successor.name} takes it over by an alias, with arguments of its own. If the preview replaces it, run ` +
        `${forget} and import it again.`
      );
    case "unrelated": {
      const id = importId(other);
      const how = id === undefined ? "import it" : `import it with the option import: ${JSON.stringify(id)}`;
      return `v6's ${successor.name} does not know it, so the deploy would delete it. Run ${forget} and ${how}.`;
    }
    case "none":
      return `v6 has no such type, so the deploy would delete it. To leave it as it is: ${forget}`;
  }
}

/** As v6 takes it: the zone and the id of a route, the account and the id of a domain. */
function importId(other: FullResource): string | undefined {
  const { zoneId, accountId } = propertiesOf(other);
  const owner = className(other.type) === "WorkerRoute" ? zoneId : accountId;
  return typeof owner === "string" && other.id !== undefined ? `${owner}/${other.id}` : undefined;
}
