import type { Service } from "@cloudflare/workers-types";
import type { ShopEnv } from "../../index";
import type { Order } from "../order";
import { isSigned } from "../signature";
import type { Warehouse } from "../warehouse/warehouse";

export default {
  async fetch(request: Request, env: ShopEnv): Promise<Response> {
    const warehouse = env.WAREHOUSE as Service<typeof Warehouse>;
    const [, resource, id = "", receipt] = new URL(request.url).pathname.split("/");
    if (resource === "report") return respond(await warehouse.report());
    if (resource !== "orders") return respond(null);
    if (request.method === "POST") return takeOrder(request, env);
    if (receipt === undefined) return respond(await warehouse.receipt(id));
    return respond((await warehouse.hasGiven(id, receipt)) ? "The receipt is good." : null);
  },
};

async function takeOrder(request: Request, env: ShopEnv): Promise<Response> {
  const text = await request.text();
  // While the key is rotated, orders that are signed with the previous one are taken too.
  if (!isSigned(text, request.headers.get("x-signature") ?? "", [env.ORDER_KEY, env.ORDER_KEY_PREVIOUS])) {
    return new Response(null, { status: 401 });
  }
  const order: Order = { id: crypto.randomUUID(), text };
  await env.QUEUE.send(order);
  return new Response(order.id, { status: 202 });
}

function respond(found: string | null | undefined): Response {
  return new Response(found ?? null, { status: found == null ? 404 : 200 });
}
