import type { JsonObject } from "../../kit/json";
import type { Call, Collection } from "./collection";
import { hexId, now, objectField, textField, texts } from "./collections";
import { ApiError } from "./envelope";
import { joinConsumers } from "./serve";
import type { Queue, QueueConsumer } from "./resources";
import { live } from "./worker";

const MISSING = [11000, "The queue could not be found."] as const;

/** Cloudflare's defaults, which it returns for what was not sent. */
const QUEUE_SETTINGS = { delivery_delay: 0, delivery_paused: false, message_retention_period: 345_600 };
const CONSUMER_SETTINGS: Readonly<Record<string, JsonObject>> = {
  worker: { batch_size: 10, max_retries: 3, max_wait_time_ms: 5000, retry_delay: 0 },
  http_pull: { batch_size: 10, max_retries: 3, visibility_timeout_ms: 30_000, retry_delay: 0 },
};

function producersOf(queue: Queue, { context, params }: Call): JsonObject[] {
  const workers = context.store.list(params["account"] ?? "");
  return workers
    .filter((worker) => live(worker).bindings.some((binding) => binding["queue_name"] === queue.queue_name))
    .map(({ name }) => ({ type: "worker", script: name }));
}

export const queues: Collection<Queue> = {
  path: "/accounts/:account/queues",
  table: (resources) => resources.queues,
  id: "queue_id",
  missing: MISSING,
  unique: ["queue_name", 400, 11009, "A queue with this name already exists."],
  changes: ["put", "patch"],
  filter: ["name", "queue_name"],
  put: (sent, _, existing) => ({
    queue_id: existing?.queue_id ?? hexId(),
    created_on: now(),
    ...(existing ?? texts(sent, "jurisdiction")),
    queue_name: textField(
      { ...existing, ...sent },
      "queue_name",
      /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      11003,
    ),
    settings: { ...QUEUE_SETTINGS, ...existing?.settings, ...objectField(sent, "settings") },
    modified_on: now(),
  }),
  remove: ({ queue_id }, { resources, params }) => {
    resources.queueConsumers.clear(`${params["account"] ?? ""}/${queue_id}`);
  },
  changed: ({ context, params }) => joinConsumers(context.store, params["account"] ?? ""),
  view: (queue, call) => {
    const account = call.params["account"] ?? "";
    const consumers = call.resources
      .consumersOf(account, queue)
      .map((consumer) => consumerView(consumer, queue));
    const producers = producersOf(queue, call);
    return {
      ...queue,
      consumers,
      consumers_total_count: consumers.length,
      producers,
      producers_total_count: producers.length,
    };
  },
};

function queueOf({ resources, params }: Call): Queue {
  const queue = resources.queues.find(params["account"] ?? "", params["queue"] ?? "");
  if (queue === undefined) throw new ApiError(404, ...MISSING);
  return queue;
}

/** Wrangler reads `script`, the official provider `script_name`. */
function consumerView(consumer: QueueConsumer, { queue_name }: Queue): JsonObject {
  const { script_name } = consumer;
  return { ...consumer, queue_name, ...(script_name !== undefined && { script: script_name }) };
}

export const queueConsumers: Collection<QueueConsumer> = {
  path: "/accounts/:account/queues/:queue/consumers",
  table: (resources) => resources.queueConsumers,
  id: "consumer_id",
  missing: [11005, "The consumer could not be found."],
  changes: ["put"],
  parent: (call) => {
    queueOf(call);
  },
  put: (sent, call, existing) => {
    const account = call.params["account"] ?? "";
    const type = textField({ ...existing, ...sent }, "type", /^(worker|http_pull|notification)$/, 11006);
    if (existing === undefined && call.resources.consumersOf(account, queueOf(call)).length > 0) {
      throw new ApiError(400, 11004, "workers.api.error.consumer_exists: a queue has one consumer.");
    }
    if (type === "worker") checkWorker(textField({ ...existing, ...sent }, "script_name", /./, 11002), call);
    return {
      consumer_id: existing?.consumer_id ?? hexId(),
      created_on: now(),
      ...existing,
      ...texts(sent, "script_name", "dead_letter_queue"),
      type,
      settings: { ...CONSUMER_SETTINGS[type], ...existing?.settings, ...objectField(sent, "settings") },
    };
  },
  changed: ({ context, params }) => joinConsumers(context.store, params["account"] ?? ""),
  view: (consumer, call) => consumerView(consumer, queueOf(call)),
};

function checkWorker(name: string, { context, params }: Call): void {
  const worker = context.store.get(params["account"] ?? "", name);
  if (!live(worker).exports.handlers.includes("queue")) {
    throw new ApiError(400, 11001, `Queue handler is missing: the Worker '${name}' exports no queue().`);
  }
}
