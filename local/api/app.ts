import { Hono } from "hono";
import { accountRoutes } from "./accounts";
import { assetRoutes, uploadAssets } from "./asset-routes";
import { collectionRoutes } from "./collection";
import { d1Databases, kvNamespaces, r2Buckets } from "./collections";
import type { Context } from "./context";
import { d1Routes } from "./d1-routes";
import { deploymentRoutes } from "./deployments";
import { durableObjectRoutes } from "./durable-objects";
import { ApiError, failure } from "./envelope";
import { customDomains, routes } from "./hostnames";
import { kvRoutes } from "./kv-routes";
import { queueConsumers, queues } from "./queues";
import { r2Routes } from "./r2-routes";
import { scheduleRoutes } from "./schedules";
import { scriptRoutes } from "./scripts";
import { secretRoutes } from "./secrets";
import { duplicateRoutes, secretsStores, storeSecrets } from "./secrets-store";
import { settingsRoutes } from "./settings";
import { subdomainRoutes } from "./subdomain";
import { tailRoutes } from "./tails";
import { apiTokens, tokenRoutes } from "./tokens/token-routes";
import { versionRoutes } from "./versions";
import { hostnameRoutes } from "./worker-hostnames";
import { workflowRoutes } from "./workflows";
import { zoneRoutes } from "./zones";

export const BASE_PATH = "/client/v4";

/** The id of an account or a zone. */
const ID = /^[0-9a-f]{32}$/;

/** The API as a fetch handler, independent of the server that listens. */
export function createApp(context: Context) {
  const app = new Hono<{ Variables: { account: string } }>().basePath(BASE_PATH);
  const workers = "/accounts/:account/workers";
  const accounts = new Set<string>();

  app.post(`${workers}/assets/upload`, (c) => uploadAssets(context, c.req));
  app.use("/accounts/:account/*", async (c, next) => {
    const account = c.req.param("account");
    if (!ID.test(account)) throw noRoute(c.req.path);
    c.set("account", account);
    accounts.add(account);
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
    hostnameRoutes,
    durableObjectRoutes,
    tailRoutes,
  ]) {
    app.route(workers, routesOf(context));
  }
  app.route("/", collectionRoutes(context, kvNamespaces));
  app.route("/", kvRoutes(context));
  app.route("/", collectionRoutes(context, d1Databases));
  app.route("/", d1Routes(context));
  app.route("/", collectionRoutes(context, r2Buckets));
  app.route("/", r2Routes(context));
  app.route("/", collectionRoutes(context, queues));
  app.route("/", collectionRoutes(context, queueConsumers));
  app.route("/", collectionRoutes(context, routes));
  app.route("/", collectionRoutes(context, customDomains));
  app.route("/", collectionRoutes(context, secretsStores));
  app.route("/", collectionRoutes(context, storeSecrets));
  app.route("/", duplicateRoutes(context));
  app.route("/", tokenRoutes(context));
  app.route("/", collectionRoutes(context, apiTokens));
  app.route("/", workflowRoutes(context));
  app.route("/", zoneRoutes(context));
  app.route("/", accountRoutes(accounts));

  app.notFound((c) => failure(noRoute(c.req.path)));
  app.onError((error) => failure(error));
  return app;
}

function noRoute(path: string): ApiError {
  return new ApiError(404, 7003, `Could not route to ${path}, perhaps your object identifier is invalid?`);
}

/** Whether a request needs no token of the API: the upload of assets has a token of its own, and a signed URL needs none. */
export function isSigned(path: string): boolean {
  if (path.startsWith(`${BASE_PATH}/signed/`)) return true;
  // The whole path: the key of a KV pair can end like this, too.
  return /^\/accounts\/[^/]+\/workers\/assets\/upload$/.test(path.slice(BASE_PATH.length));
}
