import type { MessageBatch, ScheduledController } from "@cloudflare/workers-types";
import type { WarehouseEnv } from "../../index";
import type { Order } from "../order";
import { keepOrder, keepReport } from "./store";

export { Warehouse } from "./warehouse";

export default {
  async queue(batch: MessageBatch<Order>, env: WarehouseEnv): Promise<void> {
    for (const message of batch.messages) {
      await keepOrder(env.STORE, message.body);
      message.ack();
    }
  },

  async scheduled({ cron }: ScheduledController, env: WarehouseEnv): Promise<void> {
    await keepReport(env.STORE, cron);
  },
};
