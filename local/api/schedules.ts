import { type Context, workerRoutes } from "./context";
import { now } from "./collections";
import { invalid, success } from "./envelope";
import { parseObjects } from "./parse-object";

/** Five fields of numbers, names, `*`, and `, - / L W #`. */
const CRON = /^[\w*,/#-]+( +[\w*,/#-]+){4}$/;

/** The cron triggers of a Worker. A PUT replaces all of them. */
export function scheduleRoutes({ store, resources }: Context) {
  return workerRoutes()
    .get("/scripts/:name/schedules", (c) => {
      const { tag } = store.get(c.var.account, c.req.param("name"));
      return success({ schedules: resources.schedulesOf(tag) });
    })
    .put("/scripts/:name/schedules", async (c) => {
      const { tag } = store.get(c.var.account, c.req.param("name"));
      const before = resources.schedulesOf(tag);
      const schedules = parseObjects(await c.req.text()).map(({ cron }) => {
        if (typeof cron !== "string" || !CRON.test(cron)) {
          throw invalid(`'${String(cron)}' is not a cron expression with five fields.`);
        }
        const created_on = before.find((schedule) => schedule.cron === cron)?.["created_on"] ?? now();
        return { cron, created_on, modified_on: now() };
      });
      resources.setSchedules(tag, schedules);
      return success({ schedules });
    });
}
