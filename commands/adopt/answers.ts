import * as z from "zod";

/* What Cloudflare answers, as far as it matters here. */

const BINDINGS = z.array(z.looseObject({ name: z.string(), type: z.string() }));
export const SETTINGS = z.looseObject({ bindings: BINDINGS });
export const SUBDOMAIN = z.object({ enabled: z.boolean(), previews_enabled: z.boolean().optional() });
export const SERVICE = z.object({
  default_environment: z.object({
    script: z.object({
      migration_tag: z.string().nullish(),
      has_modules: z.boolean().optional(),
      has_assets: z.boolean().optional(),
    }),
  }),
});
export const SCHEDULES = z.object({ schedules: z.array(z.object({ cron: z.string() })) });
export const DOMAINS = z.array(
  z.object({
    id: z.string(),
    hostname: z.string(),
    zone_id: z.string(),
    service: z.string(),
    environment: z.string().optional(),
  }),
);
export const ZONES = z.array(z.object({ id: z.string(), name: z.string() }));
export const ROUTES = z.array(
  z.object({ id: z.string(), pattern: z.string(), script: z.string().nullish() }),
);
export const QUEUES = z.array(
  z.looseObject({
    queue_name: z.string(),
    consumers: z
      .array(z.looseObject({ script: z.string().optional(), service: z.string().optional() }))
      .optional(),
  }),
);
