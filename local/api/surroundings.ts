import type { JsonObject } from "../../kit/json";
import type { Surroundings } from "../runtime/shared-process";
import type { QueueConsumer } from "./resources";
import { maskOf } from "./printed-secrets";
import type { Store } from "./store";
import { tailEvent } from "./tail-event";
import { traceEvents } from "./worker-events";

/** What the Workers of an account run with besides their own bindings. */
export function surroundingsOf(store: Store, account: string): Surroundings {
  const { resources, tails, onWorkerEvent } = store;
  return {
    stores: () => ({
      kv: resources.kvNamespaces.list(account).map(({ id }) => id),
      d1: resources.d1Databases.list(account).map(({ uuid }) => uuid),
      r2: resources.r2Buckets.list(account).map(({ name }) => name),
    }),
    consumersOf: (script) => {
      const consumed = resources.queues.list(account).flatMap((queue) => {
        const consumers = resources.consumersOf(account, queue);
        const own = consumers.filter(({ type, script_name }) => type === "worker" && script_name === script);
        return own.map((consumer) => [queue.queue_name, consumerOptions(consumer)] as const);
      });
      return Object.fromEntries(consumed);
    },
    isTraced: (name) => {
      const worker = store.find(account, name);
      return onWorkerEvent !== undefined || (worker !== undefined && tails.of(worker).length > 0);
    },
    onTrace: (name, id, traces) => {
      const worker = store.find(account, name);
      const version = [worker?.tried, ...(worker?.versions ?? [])].find((one) => one?.id === id);
      if (worker === undefined || version === undefined) return;
      const isTailed = tails.of(worker).length > 0;
      if (!isTailed && onWorkerEvent === undefined) return;
      const mask = maskOf([version], resources, account);
      for (const trace of traces) {
        for (const event of traceEvents(name, version, trace, mask)) onWorkerEvent?.(event);
        if (isTailed) tails.send(worker, tailEvent(name, version, trace, mask));
      }
    },
    storeSecret: (storeId, name) => resources.secretValue(account, storeId, name),
  };
}

/** Miniflare's options for the consumer of a queue. */
function consumerOptions({ settings, dead_letter_queue: deadLetterQueue }: QueueConsumer): JsonObject {
  const { batch_size, max_retries, max_wait_time_ms, retry_delay } = settings;
  return {
    maxBatchSize: batch_size,
    maxBatchTimeout: Number(max_wait_time_ms) / 1000,
    maxRetries: max_retries,
    retryDelay: retry_delay,
    ...(deadLetterQueue && { deadLetterQueue }),
  };
}
