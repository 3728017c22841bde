import type { JsonObject } from "../../kit/json";
import type { Kept } from "./kept";
import { type ApiToken, TokenValues } from "./tokens/api-token";

export interface KvNamespace extends JsonObject {
  readonly id: string;
  readonly title: string;
}

export interface D1Database extends JsonObject {
  readonly uuid: string;
  readonly name: string;
}

export interface R2Bucket extends JsonObject {
  readonly name: string;
  readonly jurisdiction: string;
}

export interface Queue extends JsonObject {
  readonly queue_id: string;
  readonly queue_name: string;
  /** delivery_delay, delivery_paused, message_retention_period */
  readonly settings: JsonObject;
}

export interface QueueConsumer extends JsonObject {
  readonly consumer_id: string;
  /** worker, http_pull or notification */
  readonly type: string;
  readonly script_name?: string;
  readonly dead_letter_queue?: string;
  /** batch_size, max_retries, max_wait_time_ms, max_concurrency, retry_delay, visibility_timeout_ms */
  readonly settings: JsonObject;
}

export interface Schedule extends JsonObject {
  readonly cron: string;
}

export interface Route extends JsonObject {
  readonly id: string;
  readonly pattern: string;
  readonly script?: string;
}

export interface CustomDomain extends JsonObject {
  readonly id: string;
  readonly hostname: string;
  readonly service: string;
  readonly zone_id: string;
}

export interface SecretsStore extends JsonObject {
  readonly id: string;
  readonly name: string;
}

/** A secret of a Secrets Store without its value, which `Resources` keeps apart. */
export interface StoreSecret extends JsonObject {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
}

/** Objects of one kind, by scope and id. A scope is an account, a zone, or a parent such as `<account>/<queue id>`. */
export class Table<T> {
  readonly #scopes = new Map<string, Map<string, T>>();

  list(scope: string): T[] {
    return [...(this.#scopes.get(scope)?.values() ?? [])];
  }

  scopes(): string[] {
    return [...this.#scopes.keys()];
  }

  find(scope: string, id: string): T | undefined {
    return this.#scopes.get(scope)?.get(id);
  }

  set(scope: string, id: string, object: T): void {
    const objects = this.#scopes.get(scope) ?? new Map<string, T>();
    this.#scopes.set(scope, objects.set(id, object));
  }

  delete(scope: string, id: string): void {
    this.#scopes.get(scope)?.delete(id);
  }

  clear(scope: string): void {
    this.#scopes.delete(scope);
  }
}

/** What Workers are bound to, and what calls them. In memory only. */
export class Resources {
  constructor(readonly kept: Kept) {}
  /** By account and id, as in a `kv_namespace` binding. */
  readonly kvNamespaces = new Table<KvNamespace>();
  /** By account and uuid, as in a `d1` binding. */
  readonly d1Databases = new Table<D1Database>();
  /** By account and name, as in an `r2_bucket` binding. */
  readonly r2Buckets = new Table<R2Bucket>();
  /** By account and id; `findQueue` takes the name of a `queue` binding. */
  readonly queues = new Table<Queue>();
  /** By `<account>/<queue id>` and id. */
  readonly queueConsumers = new Table<QueueConsumer>();
  /** The names of the zones, by id. */
  readonly zones = new Map<string, string>();
  /** By zone and id. */
  readonly routes = new Table<Route>();
  readonly customDomains = new Table<CustomDomain>();
  readonly secretsStores = new Table<SecretsStore>();
  /** By `<account>/<store id>` and id. */
  readonly storeSecrets = new Table<StoreSecret>();
  readonly apiTokens = new Table<ApiToken>();
  readonly tokenValues = new TokenValues();
  /** By the Worker's tag, so that a Worker's schedules end with it. */
  readonly #schedules = new Map<string, readonly Schedule[]>();
  /** By the secret's id. */
  readonly #secretValues = new Map<string, string>();

  findQueue(account: string, name: string): Queue | undefined {
    return this.queues.list(account).find(({ queue_name }) => queue_name === name);
  }

  consumersOf(account: string, { queue_id }: Queue): QueueConsumer[] {
    return this.queueConsumers.list(`${account}/${queue_id}`);
  }

  schedulesOf(workerTag: string): readonly Schedule[] {
    return this.#schedules.get(workerTag) ?? [];
  }

  setSchedules(workerTag: string, schedules: readonly Schedule[]): void {
    this.#schedules.set(workerTag, schedules);
  }

  /** The value behind a `secrets_store_secret` binding. It must never be part of a response, a log or an error. */
  secretValue(account: string, storeId: string, name: string): string | undefined {
    const found = this.storeSecrets.list(`${account}/${storeId}`).find((secret) => secret.name === name);
    return found === undefined ? undefined : this.#secretValues.get(found.id);
  }

  setSecretValue(secretId: string, value: string): void {
    this.#secretValues.set(secretId, value);
  }

  forgetSecretValue(secretId: string): void {
    this.#secretValues.delete(secretId);
  }
}
