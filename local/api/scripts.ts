import { contentResponse } from "./content";
import { type Context, workerRoutes } from "./context";
import { checkName, draftOf, unversioned } from "./draft";
import { page, success } from "./envelope";
import { release } from "./release";
import { findVersion, live } from "./store";
import { scriptView } from "./views";

/** Uploading, listing, downloading and deleting Workers. */
export function scriptRoutes(context: Context) {
  const { store } = context;
  const remove = (account: string, name: string): Promise<Response> =>
    store.exclusive(account, name, async () => {
      await store.remove(account, store.get(account, name));
      return success(null);
    });

  return (
    workerRoutes()
      .get("/scripts", (c) => {
        const scripts = store.list(c.var.account).map(scriptView);
        return success(scripts, page(scripts));
      })
      .put("/scripts/:name", (c) => {
        const { account } = c.var;
        const { name } = c.req.param();
        checkName(name);
        return store.exclusive(account, name, async () => {
          const draft = await draftOf(c.req, account, store.find(account, name)?.versions[0], context);
          const worker = await release(store, account, name, draft);
          // An upload replaces all settings except the tags: a setting that it does not send is unset.
          worker.settings = { tags: worker.settings["tags"], ...unversioned(draft.metadata) };
          return success(scriptView(worker));
        });
      })
      .get("/scripts/:name", (c) => contentResponse(live(store.get(c.var.account, c.req.param("name")))))
      .get("/scripts/:name/content/v2", (c) => {
        const worker = store.get(c.var.account, c.req.param("name"));
        const version = c.req.query("version");
        return contentResponse(version === undefined ? live(worker) : findVersion(worker, version));
      })
      .delete("/scripts/:name", (c) => remove(c.var.account, c.req.param("name")))
      .get("/services/:name", (c) => {
        const worker = store.get(c.var.account, c.req.param("name"));
        const dates = { created_on: worker.createdOn, modified_on: worker.modifiedOn };
        const environment = { environment: "production", ...dates, script: scriptView(worker) };
        return success({ id: worker.name, ...dates, default_environment: environment });
      })
      .delete("/services/:name", (c) => remove(c.var.account, c.req.param("name")))
      // Before a delete, Wrangler calls both to find out which other Workers use this one.
      .get("/scripts/:name/references", (c) => {
        store.get(c.var.account, c.req.param("name"));
        return success({
          services: { incoming: [], outgoing: [] },
          durable_objects: [],
          dispatch_outbounds: [],
        });
      })
      .get("/tails/by-consumer/:name", () => success([]))
  );
}
