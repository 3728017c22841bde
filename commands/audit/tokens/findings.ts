import type { RecordedToken, StackNeeds } from "./recorded";

/**
 * Says what is wrong with a token: that it has expired or never does, and what it may do that no stack needs.
 *
 * @param stacks what the stacks that could be read need
 */
export function findingsOf(token: RecordedToken, stacks: readonly StackNeeds[], now: Date): string[] {
  const { expiresOn, purpose } = token;
  const findings: string[] = [];
  if (expiresOn === undefined) findings.push("never expires");
  else if (new Date(expiresOn) <= now) findings.push("has expired");
  switch (purpose?.kind) {
    case undefined:
      return [...findings, "not by a DeployToken: what it may do is not checked"];
    case "bootstrap":
      return [...findings, "may change all Workers: for first deploys only"];
    case "preview":
      return [...findings, ...unusedStore(purpose.needs.secretsStore, stacks)];
    case "deploy": {
      const { workers, routeZones, secretsStore } = purpose.needs;
      const has = (stack: StackNeeds, name: string) =>
        stack.workers.some(({ script, accountId }) => script === name && accountId === token.accountId);
      const own = stacks.filter((stack) => workers.some((name) => has(stack, name)));
      const unused = workers.filter((name) => !own.some((stack) => has(stack, name)));
      const zones = routeZones.filter((zone) => !own.some((stack) => stack.zones.includes(zone)));
      return [
        ...findings,
        ...unused.map((name) => `no stack has the Worker ${name}`),
        ...zones.map((zone) => `no route in the zone ${zone}`),
        ...unusedStore(secretsStore, own),
        ...(own.length > 1 ? [`Workers of ${own.length} stacks`] : []),
      ];
    }
  }
}

function unusedStore(isGranted: boolean, stacks: readonly StackNeeds[]): string[] {
  return isGranted && !stacks.some(({ secretsStore }) => secretsStore) ? ["no use of the Secrets Store"] : [];
}

/** What a token may do, in a few words. */
export function mayOf({ purpose }: RecordedToken): string {
  if (purpose === undefined) return "unknown";
  const { kind, needs } = purpose;
  const store = needs.secretsStore ? ["Secrets Store"] : [];
  const zones = needs.routeZones.length === 0 ? [] : [`routes in ${needs.routeZones.join(", ")}`];
  switch (kind) {
    case "bootstrap":
      return ["create and change all Workers", ...zones, ...store].join("; ");
    case "preview":
      return ["read names of all Workers", ...store].join("; ");
    case "deploy":
      return [`deploy ${needs.workers.join(", ")}`, ...zones, ...store].join("; ");
  }
}
