import type { KVNamespace } from "@cloudflare/workers-types";
import type { Order } from "../order";

const REPORT = "report";
const ORDERS = "order:";

export async function keepOrder(store: KVNamespace, { id, text }: Order): Promise<void> {
  await store.put(`${ORDERS}${id}`, text);
}

export function findOrder(store: KVNamespace, id: string): Promise<string | null> {
  return store.get(`${ORDERS}${id}`);
}

/** Counts the orders that there are now. */
export async function keepReport(store: KVNamespace, cron: string): Promise<void> {
  const { keys } = await store.list({ prefix: ORDERS });
  await store.put(REPORT, `Orders: ${keys.length}, counted by the trigger ${cron}`);
}

export function findReport(store: KVNamespace): Promise<string | null> {
  return store.get(REPORT);
}
