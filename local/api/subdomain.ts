import { type Context, workerRoutes } from "./context";
import { success } from "./envelope";
import { parseObject } from "./parse-object";

/** The workers.dev setting of a Worker. The setting is stored only: the Worker is reachable on loopback either way. */
export function subdomainRoutes({ store, subdomain }: Context) {
  const set = (account: string, name: string, sent: Record<string, unknown>): Response => {
    const worker = store.get(account, name);
    const { enabled = worker.subdomain.enabled, previews_enabled = worker.subdomain.previews_enabled } = sent;
    worker.subdomain = { enabled: enabled === true, previews_enabled: previews_enabled === true };
    return success(worker.subdomain);
  };

  return workerRoutes()
    .get("/subdomain", () => success({ subdomain }))
    .get("/scripts/:name/subdomain", (c) => success(store.get(c.var.account, c.req.param("name")).subdomain))
    .post("/scripts/:name/subdomain", async (c) =>
      set(c.var.account, c.req.param("name"), parseObject(await c.req.text())),
    )
    .delete("/scripts/:name/subdomain", (c) =>
      set(c.var.account, c.req.param("name"), { enabled: false, previews_enabled: false }),
    );
}
