import { plural } from "../../kit/plural";
import type { Account } from "./account";
import type { LeftOut } from "./left-out";
import type { Domain, LiveWorker, Route } from "./live";
import type { Config } from "./wrangler";

interface Triggers {
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
  const zones = new Set<string>();
  for (const { pattern, zone_id, zone_name, custom_domain } of routesIn(config)) {
    const key = `routes ${pattern}`;
    const zoneId = zone_id ?? (await account?.zoneOf(zone_name ?? hostOf(pattern)));
    if (zoneId === undefined) {
      const asked =
        account === undefined ? "Cloudflare was not asked for its zone" : "the account has no such zone";
      leftOut.push({ key, why: `${asked}: declare it with its zoneId` });
      continue;
    }
    zones.add(zoneId);
    const there = custom_domain
      ? await account?.domain(pattern)
      : (await account?.routes(zoneId))?.find((one) => one.pattern === pattern);
    if (there?.script !== undefined && there.script !== config.name) {
      leftOut.push({
        key,
        why: `it leads to the Worker ${there.script} today, and stays there: declare it to move it`,
      });
    } else if (custom_domain) domains.push({ hostname: pattern, zoneId });
    else routes.push({ pattern, zoneId, ...(there === undefined ? {} : { id: there.id }) });
  }
  const crons = config.triggers.crons ?? live?.crons ?? [];
  leftOut.push(
    ...(await notDeclared({ routes, domains, crons }, { config, account, live, zones })),
    ...consumersOf(config),
  );
  return { routes, domains, crons, leftOut };
}

interface WranglerRoute {
  readonly pattern: string;
  readonly zone_id?: string;
  readonly zone_name?: string;
  readonly custom_domain?: boolean;
}

function routesIn({ routes = [], route }: Config): WranglerRoute[] {
  const all = [...routes, ...(route === undefined ? [] : [route])];
  return all.map((one) => (typeof one === "string" ? { pattern: one } : one));
}

function hostOf(pattern: string): string {
  return pattern.replace(/^https?:\/\//, "").split("/")[0] ?? "";
}

/** What is live and not in the configuration. It stays, because nothing deletes it. */
async function notDeclared(
  declared: Omit<Triggers, "leftOut">,
  {
    config,
    account,
    live,
    zones,
  }: {
    readonly config: Config;
    readonly account: Account | undefined;
    readonly live: LiveWorker | undefined;
    readonly zones: ReadonlySet<string>;
  },
): Promise<LeftOut[]> {
  if (account === undefined || live === undefined) return [];
  const why = "it is live, and not in the configuration: it stays until you delete it, or declare it";
  const routes = (await Promise.all([...zones].map((zone) => account.routes(zone)))).flat();
  const own = routes.filter(({ script }) => script === config.name).map(({ pattern }) => pattern);
  const isSame =
    declared.crons.length === live.crons.length && live.crons.every((cron) => declared.crons.includes(cron));
  return [
    ...own
      .filter((pattern) => !declared.routes.some((one) => one.pattern === pattern))
      .map((pattern) => ({ key: `route ${pattern}`, why })),
    ...live.domains
      .filter(({ hostname }) => !declared.domains.some((one) => one.hostname === hostname))
      .map(({ hostname }) => ({ key: `custom domain ${hostname}`, why })),
    ...(isSame ? [] : [{ key: "triggers.crons", why: cronsDiffer(declared.crons.length) }]),
  ];
}

function cronsDiffer(declared: number): string {
  return declared === 0
    ? "the live Worker has some, and the configuration none: they stay until you delete them, or declare them"
    : "the live Worker has others, and a deploy sets the configuration's";
}

function consumersOf({ queues: { consumers = [] } }: Config): LeftOut[] {
  if (consumers.length === 0) return [];
  const why = `${consumersStay(consumers.map(({ queue }) => queue))}; for a new Worker, declare cloudflare.QueueConsumer`;
  return [{ key: "queues.consumers", why }];
}

export function consumersStay(queues: readonly string[]): string {
  const many = plural(queues.length, "consumer");
  return `the provider cannot import a consumer, so ${many} (${queues.join(", ")}) stay as they are`;
}
