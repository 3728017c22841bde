import { print, type Value } from "./literal";
import type { Stacks } from "./vary";

/** The parts of the program that declare what calls the Worker. Hosts are each stack's own, so they are in its config. */
export function triggerCode(stacks: Stacks): string[] {
  const { environments } = stacks;
  const hasRoutes = stacks.own("routes", ({ routes }) => routes.map((route) => ({ ...route })));
  const hasDomains = stacks.own("domains", ({ domains }) => domains.map((domain) => ({ ...domain })));
  const crons = stacks.value("crons", "string[]", (one) =>
    one.crons.length > 0 ? [...one.crons] : undefined,
  );
  const isAll = environments.every((one) => one.crons.length > 0);
  return [
    ...(hasRoutes ? [ROUTES] : []),
    ...(hasDomains ? [DOMAINS] : []),
    ...(crons === undefined ? [] : [cronsOf(crons, isAll)]),
  ];
}

const ROUTES = `
interface Route {
  readonly pattern: string;
  readonly zoneId: string;
  /** The id of a route that is live already. */
  readonly id?: string;
}

for (const { pattern, zoneId, id } of config.getObject<Route[]>("routes") ?? []) {
  const options = { dependsOn: worker, ...(id === undefined ? {} : { import: \`\${zoneId}/\${id}\` }) };
  new cloudflare.WorkersRoute(pattern, { zoneId, pattern, script: name }, options);
}
`;

const DOMAINS = `
for (const domain of config.getObject<{ hostname: string; zoneId: string }[]>("domains") ?? []) {
  new cloudflare.WorkersCustomDomain(domain.hostname, { accountId, service: name, ...domain }, { dependsOn: worker });
}
`;

function cronsOf(crons: Value, isAll: boolean): string {
  const declare = (list: string) => `new cloudflare.WorkersCronTrigger(
  "crons",
  { accountId, scriptName: name, schedules: ${list}.map((cron) => ({ cron })) },
  { dependsOn: worker },
);
`;
  return isAll
    ? `\n${declare(print(crons))}`
    : `\nconst crons = ${print(crons)} ?? [];\nif (crons.length > 0) ${declare("crons")}`;
}
