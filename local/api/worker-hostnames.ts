import { isObject, type JsonObject, optionalString } from "../../kit/json";
import { hexId } from "./collections";
import { type Context, workerRoutes } from "./context";
import { ApiError, page, success } from "./envelope";
import { hostOf, toCustomDomain, toPattern, zonesOf } from "./hostnames";
import { parseObject, parseObjects } from "./parse-object";
import type { CustomDomain, Route } from "./resources";
import { checkZones } from "./tokens/bodies";
import { checkInZone, zoneId, zoneName } from "./zones";

/** What `wrangler deploy` asks for the routes and the custom domains of a Worker: each request replaces all of them. */
export function hostnameRoutes(context: Context) {
  const { store, resources } = context;
  const { routes, customDomains } = resources;

  const putRoutes = (request: Request, script: string, sent: readonly JsonObject[]): JsonObject[] => {
    const made = sent.map((route) => {
      const pattern = toPattern(route);
      const host = hostOf(pattern);
      const name = optionalString(route["zone_name"]) ?? zoneName(host);
      const zone = optionalString(route["zone_id"]) ?? zoneId(resources, name);
      checkInZone(resources, zone, host);
      return { zone, pattern };
    });
    const isOwn = (route: Route) => route.script === script;
    const before = routes.scopes().filter((zone) => routes.list(zone).some(isOwn));
    checkZones(context, request, [...made.map(({ zone }) => zone), ...before]);
    for (const { zone, pattern } of made) {
      const other = routes.list(zone).find((route) => route.pattern === pattern && route.script !== script);
      if (other !== undefined) {
        throw new ApiError(409, 10020, `The route '${pattern}' already exists, for another Worker.`);
      }
    }
    for (const zone of before) {
      for (const { id } of routes.list(zone).filter(isOwn)) routes.delete(zone, id);
    }
    return made.map(({ zone, pattern }) => {
      const route = { id: hexId(), pattern, script };
      routes.set(zone, route.id, route);
      return route;
    });
  };

  /** What becomes of the domains of an account if those that were sent are all that a Worker has. */
  const changesOf = (account: string, service: string, sent: readonly JsonObject[]) => {
    const before = customDomains.list(account);
    const wanted = sent.map((origin) => {
      const existing = before.find(({ hostname }) => hostname === origin["hostname"]);
      return { existing, domain: toCustomDomain({ ...origin, service }, resources, existing) };
    });
    const names = new Set(wanted.map(({ domain }) => domain.hostname));
    return {
      added: wanted.filter(({ existing }) => existing === undefined).map(({ domain }) => domain),
      updated: wanted.filter(({ existing }) => existing !== undefined).map(({ domain }) => domain),
      /** Those that another Worker has. */
      taken: wanted.flatMap(({ existing }) => (existing && existing.service !== service ? existing.id : [])),
      removed: before.filter((domain) => domain.service === service && !names.has(domain.hostname)),
      conflicting: [],
    };
  };

  return workerRoutes()
    .put("/scripts/:name/routes", async (c) => {
      const { name } = store.get(c.var.account, c.req.param("name"));
      return success(
        putRoutes(c.req.raw, name, parseObjects(await c.req.text())).map(({ pattern }) => pattern),
      );
    })
    .post("/scripts/:name/domains/changeset", async (c) => {
      const { name } = store.get(c.var.account, c.req.param("name"));
      const { updated, taken, ...changes } = changesOf(c.var.account, name, parseObjects(await c.req.text()));
      const marked = updated.map((domain) => ({ ...domain, modified: taken.includes(domain.id) }));
      return success({ ...changes, updated: marked });
    })
    .put("/scripts/:name/domains/records", async (c) => {
      const { account } = c.var;
      const { name } = store.get(account, c.req.param("name"));
      const { origins, override_existing_origin: mayTake } = parseObject(await c.req.text());
      const sent: unknown[] = Array.isArray(origins) ? origins : [];
      const { added, updated, removed, taken } = changesOf(account, name, sent.filter(isObject));
      if (taken.length > 0 && mayTake !== true) {
        const names = updated.filter(({ id }) => taken.includes(id)).map(({ hostname }) => hostname);
        throw new ApiError(409, 100117, `Another Worker has these custom domains: ${names.join(", ")}.`);
      }
      const domains = [...added, ...updated];
      checkZones(context, c.req.raw, zonesOf([...domains, ...removed]));
      for (const { id } of removed) customDomains.delete(account, id);
      for (const domain of domains) customDomains.set(account, domain.id, domain);
      return success(domains);
    })
    .get("/domains/records", (c) => {
      const { service, hostname } = c.req.query();
      const isWanted = (domain: CustomDomain) =>
        (service === undefined || domain.service === service) &&
        (hostname === undefined || domain.hostname === hostname);
      const domains = customDomains.list(c.var.account).filter(isWanted);
      return success(domains, page(domains));
    })
    .get("/domains/records/:id", (c) => {
      const found = customDomains.find(c.var.account, c.req.param("id"));
      if (found === undefined) throw new ApiError(404, 100114, "The domain could not be found.");
      return success(found);
    });
}
