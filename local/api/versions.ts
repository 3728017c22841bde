import { type Context, workerRoutes } from "./context";
import { draftOf, rebound } from "./draft";
import { invalid, success } from "./envelope";
import { isObject } from "../../kit/json";
import { parseObject } from "./parse-object";
import { addVersion } from "./release";
import { patched } from "./secrets";
import { findVersion } from "./worker";
import { flatVersionView, versionSummary, versionView } from "./views";

/** The versions of a Worker. Uploading one does not deploy it. */
export function versionRoutes(context: Context) {
  const { store } = context;
  return workerRoutes()
    .get("/scripts/:name/versions", (c) => {
      const { versions } = store.get(c.var.account, c.req.param("name"));
      const at = { page: Number(c.req.query("page") ?? 1), per_page: Number(c.req.query("per_page") ?? 10) };
      const items = versions.slice((at.page - 1) * at.per_page, at.page * at.per_page).map(versionSummary);
      return success(
        { items },
        { result_info: { ...at, count: items.length, total_count: versions.length } },
      );
    })
    .post("/scripts/:name/versions", (c) => {
      const { account } = c.var;
      const { name } = c.req.param();
      return store.exclusive(account, name, async () => {
        const worker = store.get(account, name);
        const draft = await draftOf(c.req, account, worker.versions[0], context);
        return success(versionView(await addVersion(store, account, worker, draft)));
      });
    })
    .get("/scripts/:name/versions/:version", (c) => {
      const { name, version } = c.req.param();
      return success(versionView(findVersion(store.get(c.var.account, name), version)));
    })
    .get("/workers/:name/versions/:version", (c) => {
      const { name, version } = c.req.param();
      return success(flatVersionView(findVersion(store.get(c.var.account, name), version)));
    })
    .patch("/workers/:name/versions/latest", (c) => {
      const { account } = c.var;
      const { name } = store.get(account, c.req.param("name"));
      return store.exclusive(account, name, async () => {
        const worker = store.get(account, name);
        const { env, annotations } = parseObject(await c.req.text());
        if (!isObject(env)) throw invalid("'env' is not an object.");
        const bindings = patched(worker.versions[0].bindings, env);
        const draft = rebound(worker, bindings, c.req, "secret", annotations);
        return success(flatVersionView(await addVersion(store, account, worker, draft)));
      });
    });
}
