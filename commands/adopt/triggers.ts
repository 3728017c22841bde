import type { Account } from "./account";
import { plural } from "../../kit/plural";
import type { LeftOut } from "./left-out";
import type { Domain, LiveWorker, Route } from "./live";
import type { Config } from "./wrangler";

export interface Triggers {
  readonly routes: readonly Route[];
  readonly domains: readonly Domain[];
  readonly crons: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** What calls the Worker: routes, custom domains and schedules. Consumers of queues stay as they are. */
export async function triggersOf(
  config: Config,
  account: Account | undefined,
  live: LiveWorker | undefined,
): Promise<Triggers> {
  const routes: Route[] = [];
  const domains: Domain[] = [];
  const leftOut: LeftOut[] = [];
  const all = [...(config.routes ?? []), ...(config.route === undefined ? [] : [config.route])];
  for (const route of all) {
    const { pattern, ...more } = typeof route === "string" ? { pattern: route } : route;
    const zoneId = await zoneOf(pattern, more, account);
    if (zoneId === undefined) {
      const asked =
        account === undefined ? "Cloudflare was not asked for its zone" : "the account has no such zone";
      leftOut.push({ key: `routes ${pattern}`, why: `${asked}: declare it with its zoneId` });
    } else if ("custom_domain" in more && more.custom_domain) {
      domains.push({ hostname: pattern, zoneId });
    } else {
      const found = (await account?.routes(zoneId, config.name ?? ""))?.find(
        (one) => one.pattern === pattern,
      );
      routes.push(found ?? { pattern, zoneId });
    }
  }
  const { consumers = [] } = config.queues;
  if (consumers.length > 0) {
    const names = consumers.map(({ queue }) => queue).join(", ");
    leftOut.push({
      key: "queues.consumers",
      why: `the provider cannot import a consumer, so ${plural(consumers.length, "consumer")} (${names}) stay as Wrangler made them; for a new Worker, declare cloudflare.QueueConsumer`,
    });
  }
  return { routes, domains, crons: config.triggers.crons ?? live?.crons ?? [], leftOut };
}

async function zoneOf(
  pattern: string,
  route: object,
  account: Account | undefined,
): Promise<string | undefined> {
  const { zone_id: id, zone_name: name } = route as {
    readonly zone_id?: string;
    readonly zone_name?: string;
  };
  if (id !== undefined) return id;
  const [host = ""] = pattern.replace(/^https?:\/\//, "").split("/");
  return account?.zoneOf(name ?? host);
}
