import * as z from "zod";
import { ApiError, callApi, jsonOf } from "../../kit/cloudflare-api";
import * as answers from "./answers";
import type { LiveWorker, Route } from "./live";

const TRIES = 3;
const TIMEOUT_MS = 20_000;
/** Cloudflare's largest page of zones. */
const PER_PAGE = 50;

/** Reads an account with the user's token. */
export class Account {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #baseUrl: string;
  readonly #routes = new Map<string, Promise<z.infer<typeof answers.ROUTES>>>();

  /** @param env has the token, and the API's address if that is not Cloudflare's */
  constructor(
    readonly id: string,
    env: NodeJS.ProcessEnv,
    private readonly signal: AbortSignal,
  ) {
    this.#baseUrl = env.CLOUDFLARE_BASE_URL || "https://api.cloudflare.com/client/v4";
    this.#headers = { authorization: `Bearer ${env.CLOUDFLARE_API_TOKEN ?? ""}` };
  }

  /** @returns undefined if the account has no such Worker */
  async worker(name: string): Promise<LiveWorker | undefined> {
    const path = `/accounts/${this.id}/workers`;
    const script = `${path}/scripts/${name}`;
    const settings = await this.#get(`${script}/settings`, answers.SETTINGS);
    if (settings === undefined) return undefined;
    const [service, subdomain, schedules, domains, queues] = await Promise.all([
      this.#get(`${path}/services/${name}`, answers.SERVICE),
      this.#get(`${script}/subdomain`, answers.SUBDOMAIN),
      this.#get(`${script}/schedules`, answers.SCHEDULES),
      this.#get(`${path}/domains?service=${name}`, answers.DOMAINS),
      this.#get(`/accounts/${this.id}/queues`, answers.QUEUES),
    ]);
    const { migration_tag: tag, has_modules: hasModules } = service?.default_environment.script ?? {};
    const { bindings, ...rest } = settings;
    return {
      bindings: Object.fromEntries(bindings.map(({ name: binding, ...fields }) => [binding, fields])),
      settings: rest,
      migrationTag: tag ?? null,
      isModule: hasModules ?? true,
      workersDev: subdomain?.enabled ?? false,
      previewUrls: subdomain?.previews_enabled ?? false,
      crons: schedules?.schedules.map(({ cron }) => cron) ?? [],
      domains: (domains ?? [])
        .filter(({ service: owner }) => owner === name)
        .map(({ hostname, zone_id: zoneId }) => ({ hostname, zoneId })),
      consumes: (queues ?? [])
        .filter(({ consumers = [] }) => consumers.some((one) => (one.script ?? one.service) === name))
        .map(({ queue_name }) => queue_name),
    };
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
      const one = await this.#get(
        `/zones?account.id=${this.id}&per_page=${PER_PAGE}&page=${page}${query}`,
        answers.ZONES,
      );
      found.push(...(one ?? []));
      if (one === undefined || one.length < PER_PAGE) return found;
    }
  }

  /** The routes of a zone to a Worker. */
  async routes(zoneId: string, name: string): Promise<Route[]> {
    const all =
      this.#routes.get(zoneId) ??
      this.#get(`/zones/${zoneId}/workers/routes`, answers.ROUTES).then((list) => list ?? []);
    this.#routes.set(zoneId, all);
    const own = (await all).filter(({ script }) => script === name);
    return own.map(({ id, pattern }) => ({ pattern, zoneId, id }));
  }

  /** The modules of a Worker: the main one first. */
  async code(name: string): Promise<readonly File[]> {
    return (
      (await this.#read(`/accounts/${this.id}/workers/scripts/${name}/content/v2`, async (response) => {
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

  async #get<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
    return this.#read(
      path,
      async (response) => z.object({ result: schema }).parse(await jsonOf(response)).result,
    );
  }

  async #read<T>(path: string, read: (response: Response) => Promise<T>): Promise<T | undefined> {
    const [method, headers, signal] = ["GET", this.#headers, this.signal] as const;
    try {
      return await callApi(this.#baseUrl + path, {
        method,
        headers,
        signal,
        tries: TRIES,
        timeoutMs: TIMEOUT_MS,
        read,
      });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      if (this.signal.aborted) throw error;
      const what = path.replace(/\?.*/, "").replace(this.id, "<account>");
      const why = error instanceof ApiError ? `HTTP ${error.status}` : "not an answer of Cloudflare's API";
      throw new Error(
        `Cloudflare could not be asked for ${what} (${why}). The token needs to read Workers Scripts, Workers Routes, ` +
          "Zones and Queues. Without asking: --offline",
        { cause: error },
      );
    }
  }
}
