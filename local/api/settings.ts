import type { Binding } from "../runtime/code";
import { resolve } from "./bindings";
import { type Context, workerRoutes } from "./context";
import { isStrict, rebound, unversioned } from "./draft";
import { success } from "./envelope";
import { isObject, type JsonObject } from "../../kit/json";
import { parseObject } from "./parse-object";
import { release } from "./release";
import { checkStoreBindings } from "./tokens/bodies";
import { requireLatestLive } from "./worker";
import { jsonPart, readForm } from "./upload";
import { scriptSettingsView, settingsView } from "./views";

const EDIT_REFUSED =
  "Script edit failed. You attempted to deploy the latest version with modified settings, but the latest version isn't currently deployed. Either upload a new version to edit the version settings, or use the script-level settings API (/workers/scripts/{script_name}/script-settings) to edit settings that are not versioned.";

/** Reads and changes a Worker's settings without a new upload. */
export function settingsRoutes(context: Context) {
  const { store } = context;
  return workerRoutes()
    .get("/scripts/:name/settings", (c) =>
      success(settingsView(store.get(c.var.account, c.req.param("name")))),
    )
    .patch("/scripts/:name/settings", (c) => {
      const { account } = c.var;
      const { name } = c.req.param();
      return store.exclusive(account, name, async () => {
        const worker = store.get(account, name);
        const sent = (await jsonPart(await readForm(c.req), "settings")) ?? {};
        const { bindings, ...metadata } = sent;
        requireLatestLive(worker, 10214, EDIT_REFUSED);
        const latest = worker.versions[0].bindings;
        const resolved =
          bindings === undefined || bindings === null
            ? latest
            : resolve(withInherited(bindings, latest), [], latest, isStrict(c.req));
        checkStoreBindings(context, c.req.raw, account, resolved);
        const draft = rebound(worker, resolved, c.req, "upload");
        await release(store, account, name, { ...draft, metadata: { ...draft.metadata, ...metadata } });
        worker.settings = { ...worker.settings, ...unversioned(metadata) };
        return success(settingsView(worker));
      });
    })
    .get("/scripts/:name/script-settings", (c) =>
      success(scriptSettingsView(store.get(c.var.account, c.req.param("name")))),
    )
    .patch("/scripts/:name/script-settings", (c) => {
      const { account } = c.var;
      const { name } = c.req.param();
      return store.exclusive(account, name, async () => {
        const worker = store.get(account, name);
        worker.settings = { ...worker.settings, ...unversioned(parseObject(await c.req.text())) };
        return success(scriptSettingsView(worker));
      });
    });
}

/** In this request a binding with only a name and a type keeps its value; `wrangler secret bulk` relies on that. */
function withInherited(sent: unknown, latest: readonly Binding[]): unknown {
  if (!Array.isArray(sent)) return sent;
  return sent.map((binding: unknown) => {
    if (!isObject(binding) || Object.keys(binding).length > 2) return binding;
    const same = latest.some(({ name, type }) => name === binding["name"] && type === binding["type"]);
    return same ? ({ ...binding, type: "inherit" } satisfies JsonObject) : binding;
  });
}
