import { createHash } from "node:crypto";
import { Hono } from "hono";
import type { JsonObject } from "../../kit/json";
import type { Context } from "./context";
import { ApiError, page, success } from "./envelope";
import type { Resources } from "./resources";

/** The zone of a hostname. Here each domain of two labels is a zone. */
export function zoneName(hostname: string): string {
  return hostname.split(".").slice(-2).join(".");
}

/** The id of a zone, which is the same in each session. */
export function zoneId(resources: Resources, name: string): string {
  const id = createHash("sha256").update(name.toLowerCase()).digest("hex").slice(0, 32);
  resources.zones.set(id, name.toLowerCase());
  return id;
}

/**
 * Refuses a hostname that is not in a zone. A zone that was named by its id only can have any: its name is not known here. The
 * code and the message are guesses.
 */
export function checkInZone({ zones }: Resources, zone: string, host: string): void {
  const name = zones.get(zone);
  const own = host.toLowerCase();
  if (name !== undefined && own !== name && !own.endsWith(`.${name}`) && own !== `*${name}`) {
    throw new ApiError(400, 10022, `The hostname '${host}' is not in the zone '${name}'.`);
  }
}

/** Zones are found by name and by id. A list without a name has those that were found before. */
export function zoneRoutes({ resources }: Context) {
  return new Hono()
    .get("/zones", (c) => {
      const name = c.req.query("name");
      if (name !== undefined && name === zoneName(name) && /^[^.]+\.[^.]+$/.test(name)) {
        zoneId(resources, name);
      }
      const zones = [...resources.zones].filter(([, known]) => name === undefined || known === name);
      const shown = zones.map(zoneView);
      return success(shown, page(shown));
    })
    .get("/zones/:zone", (c) => {
      const id = c.req.param("zone");
      const name = resources.zones.get(id);
      if (name === undefined) throw new ApiError(404, 7003, "This zone does not exist.");
      return success(zoneView([id, name]));
    });
}

function zoneView([id, name]: readonly [string, string]): JsonObject {
  return { id, name, status: "active", paused: false, type: "full" };
}
