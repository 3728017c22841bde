import { WorkerEntrypoint } from "cloudflare:workers";
import type { WarehouseEnv } from "../../index";
import { isSigned, sign } from "../signature";
import { findOrder, findReport } from "./store";

/** What other Workers can call. It has no address of its own. */
export class Warehouse extends WorkerEntrypoint<WarehouseEnv> {
  /** @returns the receipt for an order; undefined if the order has not arrived yet */
  async receipt(id: string): Promise<string | undefined> {
    const text = await findOrder(this.env.STORE, id);
    return text === null ? undefined : sign(`${id} ${text}`, this.env.RECEIPT_KEY);
  }

  /** Whether the warehouse has given this receipt for this order. */
  async hasGiven(id: string, receipt: string): Promise<boolean> {
    const { RECEIPT_KEY, RECEIPT_KEY_PREVIOUS } = this.env;
    const text = await findOrder(this.env.STORE, id);
    // While the key is rotated, receipts of both keys are good.
    return text !== null && isSigned(`${id} ${text}`, receipt, [RECEIPT_KEY, RECEIPT_KEY_PREVIOUS]);
  }

  report(): Promise<string | null> {
    return findReport(this.env.STORE);
  }
}
