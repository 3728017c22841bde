import { Hono } from "hono";
import type { Context } from "./context";
import { deploymentRoutes } from "./deployments";
import { ApiError, failure, page, success } from "./envelope";
import { scriptRoutes } from "./scripts";
import { secretRoutes } from "./secrets";
import { settingsRoutes } from "./settings";
import { subdomainRoutes } from "./subdomain";
import { versionRoutes } from "./versions";

export const BASE_PATH = "/client/v4";

/** The API as a fetch handler, independent of the server that listens. */
export function createApp(context: Context, apiToken: string) {
  const app = new Hono<{ Variables: { account: string } }>().basePath(BASE_PATH);
  const workers = "/accounts/:account/workers";

  app.use(async (c, next) => {
    checkToken(c.req.header("authorization"), apiToken);
    await next();
  });
  app.use("/accounts/:account/*", async (c, next) => {
    const account = c.req.param("account");
    if (!/^[0-9a-f]{32}$/.test(account)) throw noRoute(c.req.path);
    c.set("account", account);
    await next();
  });
  for (const routes of [
    scriptRoutes,
    settingsRoutes,
    secretRoutes,
    versionRoutes,
    deploymentRoutes,
    subdomainRoutes,
  ]) {
    app.route(workers, routes(context));
  }
  // Only the fields about the token's owner that Wrangler and the provider read.
  app.get("/user/tokens/verify", () => success({ id: "0".repeat(32), status: "active" }));
  app.get("/user", () => success({ id: "0".repeat(32), email: "local@localhost" }));
  app.get("/accounts", () => success([], page([])));
  app.get("/memberships", () => success([], page([])));
  // When Wrangler deletes a Worker, it also looks for Workers Sites namespaces.
  app.get("/accounts/:account/storage/kv/namespaces", () => success([], page([])));

  app.notFound((c) => failure(noRoute(c.req.path)));
  app.onError((error) => failure(error));
  return app;
}

function noRoute(path: string): ApiError {
  return new ApiError(404, 7003, `Could not route to ${path}, perhaps your object identifier is invalid?`);
}

function checkToken(authorization: string | undefined, apiToken: string): void {
  if (authorization === undefined) {
    throw new ApiError(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers");
  }
  const [, token] = /^Bearer (\S+)$/.exec(authorization) ?? [];
  if (token === undefined)
    throw new ApiError(400, 6003, "Invalid request headers: invalid format for Authorization header");
  if (token !== apiToken) throw new ApiError(403, 9109, "Invalid access token");
}
