import { Hono } from "hono";
import { assetRoutes, uploadAssets } from "./asset-routes";
import { collectionRoutes } from "./collection";
import { customDomains, d1Databases, kvNamespaces, r2Buckets, routes } from "./collections";
import type { Context } from "./context";
import { deploymentRoutes } from "./deployments";
import { ApiError, failure, page, success } from "./envelope";
import { kvRoutes } from "./kv-routes";
import { queueConsumers, queues } from "./queues";
import { scheduleRoutes } from "./schedules";
import { scriptRoutes } from "./scripts";
import { secretRoutes } from "./secrets";
import { secretsStores, storeSecrets } from "./secrets-store";
import { settingsRoutes } from "./settings";
import { subdomainRoutes } from "./subdomain";
import { versionRoutes } from "./versions";

export const BASE_PATH = "/client/v4";

/** The id of an account or a zone. */
const ID = /^[0-9a-f]{32}$/;

/** The API as a fetch handler, independent of the server that listens. */
export function createApp(context: Context) {
  const app = new Hono<{ Variables: { account: string } }>().basePath(BASE_PATH);
  const workers = "/accounts/:account/workers";

  app.post(`${workers}/assets/upload`, (c) => uploadAssets(context, c.req));
  app.use("/accounts/:account/*", async (c, next) => {
    const account = c.req.param("account");
    if (!ID.test(account)) throw noRoute(c.req.path);
    c.set("account", account);
    await next();
  });
  app.use("/zones/:zone/*", async (c, next) => {
    if (!ID.test(c.req.param("zone"))) throw noRoute(c.req.path);
    await next();
  });
  for (const routesOf of [
    assetRoutes,
    scriptRoutes,
    settingsRoutes,
    secretRoutes,
    versionRoutes,
    deploymentRoutes,
    subdomainRoutes,
    scheduleRoutes,
  ]) {
    app.route(workers, routesOf(context));
  }
  app.route("/", collectionRoutes(context, kvNamespaces));
  app.route("/", kvRoutes(context));
  app.route("/", collectionRoutes(context, d1Databases));
  app.route("/", collectionRoutes(context, r2Buckets));
  app.route("/", collectionRoutes(context, queues));
  app.route("/", collectionRoutes(context, queueConsumers));
  app.route("/", collectionRoutes(context, routes));
  app.route("/", collectionRoutes(context, customDomains));
  app.route("/", collectionRoutes(context, secretsStores));
  app.route("/", collectionRoutes(context, storeSecrets));
  // Only the fields about the token's owner that Wrangler and the provider read.
  app.get("/user/tokens/verify", () => success({ id: "0".repeat(32), status: "active" }));
  app.get("/user", () => success({ id: "0".repeat(32), email: "local@localhost" }));
  app.get("/accounts", () => success([], page([])));
  app.get("/memberships", () => success([], page([])));

  app.notFound((c) => failure(noRoute(c.req.path)));
  app.onError((error) => failure(error));
  return app;
}

function noRoute(path: string): ApiError {
  return new ApiError(404, 7003, `Could not route to ${path}, perhaps your object identifier is invalid?`);
}

/** Refuses a request without the API's token, except the upload of assets, which has a token of its own. */
export function checkToken(path: string, authorization: string | null, apiToken: string): void {
  if (path.endsWith("/workers/assets/upload")) return;
  if (authorization === null) {
    throw new ApiError(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers");
  }
  const [, token] = /^Bearer (\S+)$/.exec(authorization) ?? [];
  if (token === undefined)
    throw new ApiError(400, 6003, "Invalid request headers: invalid format for Authorization header");
  if (token !== apiToken) throw new ApiError(403, 9109, "Invalid access token");
}
