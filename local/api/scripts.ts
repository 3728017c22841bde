import { contentResponse } from "./content";
import { type Context, workerRoutes } from "./context";
import { checkName, draftOf, unversioned } from "./draft";
import { ApiError, page, success } from "./envelope";
import { release } from "./release";
import { targetOf } from "../runtime/bindings";
import type { Store } from "./store";
import { findVersion, live, type Worker } from "./worker";
import { scriptView, workerView } from "./views";

/** Uploading, listing, downloading and deleting Workers. */
export function scriptRoutes(context: Context) {
  const { store } = context;
  const remove = (account: string, name: string, isForced: boolean): Promise<Response> =>
    store.exclusive(account, name, async () => {
      const worker = store.get(account, name);
      const [user] = usersOf(store, account, worker);
      if (user !== undefined && !isForced) {
        throw new ApiError(
          400,
          10064,
          `Cannot delete this Worker: '${user.service}' has the binding '${user.name}' to it. Add ?force=true to delete it all the same.`,
        );
      }
      await store.remove(account, worker);
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
      .delete("/scripts/:name", (c) =>
        remove(c.var.account, c.req.param("name"), c.req.query("force") === "true"),
      )
      .get("/services/:name", (c) => {
        const worker = store.find(c.var.account, c.req.param("name"));
        if (worker === undefined)
          throw new ApiError(404, 10090, "This service does not exist on your account.");
        const dates = { created_on: worker.createdOn, modified_on: worker.modifiedOn };
        const environment = { environment: "production", ...dates, script: scriptView(worker) };
        return success({ id: worker.name, ...dates, default_environment: environment });
      })
      .get("/workers/:name", (c) => success(workerView(store.get(c.var.account, c.req.param("name")))))
      .delete("/services/:name", (c) =>
        remove(c.var.account, c.req.param("name"), c.req.query("force") === "true"),
      )
      // Before a delete, Wrangler calls both to find out which other Workers use this one.
      .get("/scripts/:name/references", (c) => {
        const users = usersOf(store, c.var.account, store.get(c.var.account, c.req.param("name")));
        return success({
          services: { incoming: users.filter(({ type }) => type === "service"), outgoing: [] },
          durable_objects: users.filter(({ type }) => type === "durable_object_namespace"),
          dispatch_outbounds: [],
        });
      })
      .get("/tails/by-consumer/:name", () => success([]))
  );
}

/** The bindings of other Workers to this one. */
function usersOf(store: Store, account: string, { name }: Worker) {
  const others = store.list(account).filter((other) => other.name !== name);
  return others.flatMap((other) => {
    const bindings = live(other).bindings.filter((binding) => targetOf(binding) === name);
    return bindings.map((binding) => ({
      service: other.name,
      environment: "production",
      type: binding.type,
      name: binding.name,
      durable_object_namespace_name: binding["class_name"],
    }));
  });
}
