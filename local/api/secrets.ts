import type { HonoRequest } from "hono";
import type { Binding } from "../runtime/code";
import { isSecret, resolve, shown } from "./bindings";
import { type Context, workerRoutes } from "./context";
import { rebound } from "./draft";
import { ApiError, invalid, page, success } from "./envelope";
import { isObject, type JsonObject } from "../../kit/json";
import { parseObject } from "./parse-object";
import { release } from "./release";
import { live, requireLatestLive, type Worker } from "./worker";

const MAX_BULK = 100;
const EDIT_REFUSED =
  "Secret edit failed. You attempted to modify a secret, but the latest version of your Worker isn't currently deployed. Please ensure that the latest version of your Worker is fully deployed before modifying secrets.";

/** The secrets of a Worker by name. Each change creates a new version and deploys it. */
export function secretRoutes({ store }: Context) {
  const change = (
    account: string,
    name: string,
    request: HonoRequest,
    patch: (worker: Worker) => Promise<JsonObject>,
  ) =>
    store.exclusive(account, name, async () => {
      const worker = store.get(account, name);
      const bindings = patched(worker.versions[0].bindings, await patch(worker));
      requireLatestLive(worker, 10215, EDIT_REFUSED);
      await release(store, account, name, rebound(worker, bindings, request, "secret"));
      return bindings;
    });

  return workerRoutes()
    .get("/scripts/:name/secrets", (c) => {
      const secrets = secretsOf(store.get(c.var.account, c.req.param("name")));
      return success(secrets, page(secrets));
    })
    .get("/scripts/:name/secrets/:secret", (c) => {
      const { name, secret } = c.req.param();
      return success(find(secretsOf(store.get(c.var.account, name)), secret));
    })
    .put("/scripts/:name/secrets", async (c) => {
      const sent = parseObject(await c.req.text());
      const { name } = sent;
      if (typeof name !== "string") throw invalid("The secret has no 'name'.");
      const bindings = await change(c.var.account, c.req.param("name"), c.req, () =>
        Promise.resolve({ [name]: sent }),
      );
      return success(shown(find(bindings, name)));
    })
    .delete("/scripts/:name/secrets/:secret", async (c) => {
      const { name, secret } = c.req.param();
      await change(c.var.account, name, c.req, (worker) => {
        find(worker.versions[0].bindings.filter(isSecret), secret);
        return Promise.resolve({ [secret]: null });
      });
      return success(null);
    })
    .patch("/scripts/:name/secrets-bulk", async (c) => {
      const { secrets } = parseObject(await c.req.text());
      if (!isObject(secrets)) throw invalid("'secrets' is not an object.");
      if (Object.keys(secrets).length > MAX_BULK)
        throw invalid(`At most ${MAX_BULK} secrets can be changed at once.`);
      const bindings = await change(c.var.account, c.req.param("name"), c.req, () =>
        Promise.resolve(secrets),
      );
      return success(
        Object.fromEntries(bindings.filter(isSecret).map((secret) => [secret.name, shown(secret)])),
      );
    });
}

/** Applies a merge patch: a value adds or replaces a secret, null removes it, and all others stay unchanged. */
export function patched(latest: readonly Binding[], patch: JsonObject): Binding[] {
  const other = latest.find((binding) => Object.hasOwn(patch, binding.name) && !isSecret(binding));
  if (other !== undefined) {
    throw new ApiError(
      400,
      10053,
      `Binding name '${other.name}' already in use. Please use a different name and try again.`,
    );
  }
  const sent = Object.entries(patch).filter(([, value]) => value !== null);
  const changed = sent.map(([name, value]) => {
    if (!isObject(value)) throw invalid(`The secret '${name}' is not an object.`);
    const secret = { type: "secret_text", ...value, name };
    if (!isSecret(secret)) throw invalid(`'${name}' is no secret: its type is '${secret.type}'.`);
    return secret;
  });
  // A replaced secret keeps its position; new ones come last.
  const bindings = latest.flatMap((binding) => {
    if (!Object.hasOwn(patch, binding.name)) return [binding];
    return changed.filter(({ name }) => name === binding.name);
  });
  const added = changed.filter(({ name }) => !latest.some((binding) => binding.name === name));
  return resolve([...bindings, ...added], [], []);
}

function secretsOf(worker: Worker): Binding[] {
  return live(worker).bindings.filter(isSecret).map(shown);
}

function find(bindings: readonly Binding[], name: string): Binding {
  const found = bindings.find((binding) => binding.name === name);
  if (found === undefined) throw new ApiError(404, 10056, "Binding not found.");
  return found;
}
