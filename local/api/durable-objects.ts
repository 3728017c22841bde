import { type Context, workerRoutes } from "./context";
import { page, success } from "./envelope";
import { live } from "./worker";

/** The namespaces of the account's Durable Objects. */
export function durableObjectRoutes({ store }: Context) {
  return workerRoutes().get("/durable_objects/namespaces", (c) => {
    const namespaces = store.list(c.var.account).flatMap((worker) =>
      [...live(worker).durableObjects.classes].map(([className, { key, isSqlite }]) => ({
        id: key.replaceAll("-", ""),
        name: `${worker.name}_${className}`,
        script: worker.name,
        class: className,
        use_sqlite: isSqlite,
      })),
    );
    // Wrangler asks for pages until one is empty.
    const shown = (c.req.query("page") ?? "1") === "1" ? namespaces : [];
    return success(shown, page(shown));
  });
}
