import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../kit/json";
import type { Collection } from "./collection";
import { hexId, textField, texts } from "./collections";
import type { CustomDomain, Resources, Route } from "./resources";
import { checkZones } from "./tokens/bodies";
import { checkInZone, zoneId, zoneName } from "./zones";

/** Routes have no account, so a route may name a Worker that does not exist. They are stored only. */
export const routes: Collection<Route> = {
  path: "/zones/:zone/workers/routes",
  table: (resources) => resources.routes,
  id: "id",
  missing: [10018, "The route could not be found."],
  unique: ["pattern", 409, 10020, "A route with the same pattern already exists."],
  changes: ["put"],
  put: (sent, { params, resources }, existing) => {
    const pattern = toPattern(sent);
    checkInZone(resources, params["zone"] ?? "", hostOf(pattern));
    return { id: existing?.id ?? hexId(), pattern, ...texts(sent, "script") };
  },
};

/** The host of a route's pattern, which can begin with `*`. */
export function hostOf(pattern: string): string {
  return pattern.replace(/^https?:\/\//, "").replace(/\/.*/s, "");
}

export function toPattern(sent: JsonObject): string {
  return textField(sent, "pattern", /^(https?:\/\/)?[^\s/?#]+\.[^\s?#]+$/, 10022);
}

export const customDomains: Collection<CustomDomain> = {
  path: "/accounts/:account/workers/domains",
  table: (resources) => resources.customDomains,
  id: "id",
  missing: [100114, "The domain could not be found."],
  upsert: (sent, domains) => domains.find(({ hostname }) => hostname === sent["hostname"]),
  filter: ["hostname", "hostname"],
  put: (sent, { context, params, resources, request }, existing) => {
    const domain = toCustomDomain(sent, resources, existing);
    context.store.get(params["account"] ?? "", domain.service);
    checkZones(context, request.raw, zonesOf([domain, ...(existing ? [existing] : [])]));
    return domain;
  },
  remove: (domain, { context, request }) => {
    checkZones(context, request.raw, zonesOf([domain]));
  },
};

/** The ids of the zones that domains are in. */
export function zonesOf(domains: readonly CustomDomain[]): string[] {
  return domains.map(({ zone_id }) => zone_id);
}

export function toCustomDomain(
  sent: JsonObject,
  resources: Resources,
  existing: CustomDomain | undefined,
): CustomDomain {
  const hostname = textField(sent, "hostname", /^([a-z0-9-]+\.)+[a-z0-9-]+$/i, 100115);
  const service = textField(sent, "service", /./, 100116);
  const given = texts(sent, "environment", "zone_id", "zone_name");
  const zone_name = given["zone_name"] ?? zoneName(hostname);
  const zone_id = given["zone_id"] ?? existing?.zone_id ?? zoneId(resources, zone_name);
  checkInZone(resources, zone_id, hostname);
  const made = existing ?? { id: hexId(), cert_id: randomUUID() };
  return { environment: "production", zone_name, ...made, ...given, zone_id, hostname, service };
}
