import type * as z from "zod";
import * as answers from "./answers";
import { Api } from "./api";
import type { LiveWorker, Route } from "./live";

/** Cloudflare's largest page of zones. */
const PER_PAGE = 50;

/** What leads to a Worker. */
interface Led {
  readonly script: string | undefined;
}

/** Reads an account with the user's token. */
export class Account {
  readonly #api: Api;
  readonly #routes = new Map<string, Promise<z.infer<typeof answers.ROUTES>>>();

  /** @param env has the token, and the API's address if that is not Cloudflare's */
  constructor(
    readonly id: string,
    env: NodeJS.ProcessEnv,
    signal: AbortSignal,
  ) {
    this.#api = new Api(env, signal);
  }

  /** @returns undefined if the account has no such Worker */
  async worker(name: string): Promise<LiveWorker | undefined> {
    const path = `/accounts/${this.id}/workers`;
    const script = `${path}/scripts/${name}`;
    const settings = await this.#api.get(`${script}/settings`, answers.SETTINGS);
    if (settings === undefined) return undefined;
    const [service, subdomain, schedules, domains] = await Promise.all([
      this.#api.get(`${path}/services/${name}`, answers.SERVICE),
      this.#api.get(`${script}/subdomain`, answers.SUBDOMAIN),
      this.#api.get(`${script}/schedules`, answers.SCHEDULES),
      this.#api.get(`${path}/domains?service=${name}`, answers.DOMAINS),
    ]);
    const {
      migration_tag: tag,
      has_modules: hasModules,
      has_assets: hasAssets,
    } = service?.default_environment.script ?? {};
    const { bindings, ...rest } = settings;
    return {
      bindings: Object.fromEntries(bindings.map(({ name: binding, ...fields }) => [binding, fields])),
      settings: rest,
      migrationTag: tag ?? null,
      isModule: hasModules ?? true,
      hasAssets: hasAssets ?? false,
      workersDev: subdomain?.enabled ?? false,
      previewUrls: subdomain?.previews_enabled ?? false,
      crons: schedules?.schedules.map(({ cron }) => cron) ?? [],
      domains: (domains ?? [])
        .filter(({ service: owner }) => owner === name)
        .map(({ hostname, zone_id: zoneId }) => ({ hostname, zoneId })),
    };
  }

  /** The names of the queues whose messages a Worker gets. */
  async consumedBy(name: string): Promise<string[]> {
    const queues = await this.#api.get(`/accounts/${this.id}/queues`, answers.QUEUES);
    return (queues ?? [])
      .filter(({ consumers = [] }) => consumers.some((one) => (one.script ?? one.service) === name))
      .map(({ queue_name }) => queue_name);
  }

  /** The id of the zone that a host is in; undefined if the account has none. */
  async zoneOf(host: string): Promise<string | undefined> {
    const labels = host.replace(/^\*\.?/, "").split(".");
    for (let at = 0; at < labels.length - 1; at++) {
      const [zone] = await this.zones(`&name=${labels.slice(at).join(".")}`);
      if (zone !== undefined) return zone.id;
    }
    return undefined;
  }

  /** All zones, or those that a query finds. */
  async zones(query = ""): Promise<z.infer<typeof answers.ZONES>> {
    const found: z.infer<typeof answers.ZONES> = [];
    for (let page = 1; ; page++) {
      const one = await this.#api.get(
        `/zones?account.id=${this.id}&per_page=${PER_PAGE}&page=${page}${query}`,
        answers.ZONES,
      );
      found.push(...(one ?? []));
      if (one === undefined || one.length < PER_PAGE) return found;
    }
  }

  /** The routes of a zone, each with the Worker that it leads to. */
  async routes(zoneId: string): Promise<(Required<Route> & Led)[]> {
    const all =
      this.#routes.get(zoneId) ??
      this.#api.get(`/zones/${zoneId}/workers/routes`, answers.ROUTES).then((list) => list ?? []);
    this.#routes.set(zoneId, all);
    return (await all).map(({ id, pattern, script }) => ({
      pattern,
      zoneId,
      id,
      script: script ?? undefined,
    }));
  }

  /** A custom domain, with its id and the Worker that it leads to; undefined if the account has none of this name. */
  async domain(hostname: string): Promise<({ readonly id: string } & Led) | undefined> {
    const query = `?hostname=${encodeURIComponent(hostname)}`;
    const found = await this.#api.get(`/accounts/${this.id}/workers/domains${query}`, answers.DOMAINS);
    const one = found?.find((domain) => domain.hostname === hostname);
    return one && { id: one.id, script: one.service };
  }

  /** The modules of a Worker: the main one first. */
  async code(name: string): Promise<readonly File[]> {
    return (
      (await this.#api.read(`/accounts/${this.id}/workers/scripts/${name}/content/v2`, async (response) => {
        if (!response.headers.get("content-type")?.startsWith("multipart/")) {
          const text = await response.text();
          return text === "" ? [] : [new File([text], "worker.js", { type: "application/javascript" })];
        }
        const main = response.headers.get("cf-entrypoint");
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- the reason is large bodies of strangers, and this is a Worker's code
        const parts = [...(await response.formData()).values()].filter((part) => part instanceof File);
        return parts.sort((one, other) => Number(other.name === main) - Number(one.name === main));
      })) ?? []
    );
  }
}
