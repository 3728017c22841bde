import { Hono } from "hono";
import { hexId, now } from "./collections";
import type { Context } from "./context";
import { ApiError, success } from "./envelope";
import { isObject, type JsonObject, optionalString } from "../../kit/json";

/** Workflows, as Wrangler registers them after an upload. They are stored only: the Worker's binding runs them. */
export function workflowRoutes({ store }: Context) {
  const workflows = new Map<string, JsonObject>();
  const find = (account: string, name: string) => workflows.get(`${account}/${name}`);

  return new Hono()
    .get("/accounts/:account/workflows/:name", (c) => {
      const found = find(c.req.param("account"), c.req.param("name"));
      if (found === undefined) throw new ApiError(404, 10200, "workflow not found");
      return success(found);
    })
    .put("/accounts/:account/workflows/:name", async (c) => {
      const { account, name } = c.req.param();
      const sent: unknown = await c.req.json();
      const { script_name, class_name } = isObject(sent) ? sent : {};
      store.get(account, optionalString(script_name) ?? "");
      const { id, created_on } = find(account, name) ?? { id: hexId(), created_on: now() };
      const workflow = {
        id,
        name,
        script_name,
        class_name,
        created_on,
        modified_on: now(),
        version_id: hexId(),
      };
      workflows.set(`${account}/${name}`, workflow);
      return success(workflow);
    });
}
