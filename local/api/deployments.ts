import type { Binding } from "../runtime/code";
import { isSecret } from "./bindings";
import { annotations, type Context, source, workerRoutes } from "./context";
import { ApiError, invalid, success } from "./envelope";
import { isObject, type JsonObject } from "../../kit/json";
import { parseObject } from "./parse-object";
import { deploy } from "./release";
import { findVersion, live, type Version, type Worker } from "./store";
import { deploymentView } from "./views";

/** The deployments of a Worker: which version serves now, and which did before. */
export function deploymentRoutes({ store }: Context) {
  return workerRoutes()
    .get("/scripts/:name/deployments", (c) => {
      const { deployments } = store.get(c.var.account, c.req.param("name"));
      return success({ deployments: deployments.map(deploymentView) });
    })
    .get("/scripts/:name/deployments/:deployment", (c) => {
      const { name, deployment: id } = c.req.param();
      const found = store.get(c.var.account, name).deployments.find((deployment) => deployment.id === id);
      if (found === undefined) throw new ApiError(404, 10025, "The requested deployment could not be found.");
      return success(deploymentView(found));
    })
    .post("/scripts/:name/deployments", (c) => {
      const { account } = c.var;
      const { name } = c.req.param();
      return store.exclusive(account, name, async () => {
        const worker = store.get(account, name);
        const sent = parseObject(await c.req.text());
        const version = findVersion(worker, requestedVersion(sent));
        if (c.req.query("force") !== "true") checkSecretsUnchanged(worker, version);
        const rollback = version.number < live(worker).number;
        const notes = annotations(sent["annotations"], rollback ? "rollback" : "deployment");
        return success(deploymentView(await deploy(store, account, worker, version, source(c.req), notes)));
      });
    });
}

/** This emulator sends all traffic to one version. */
function requestedVersion(sent: JsonObject): string {
  const versions: unknown[] = Array.isArray(sent["versions"]) ? sent["versions"] : [];
  const [first] = versions;
  if (versions.length !== 1 || !isObject(first) || Number(first["percentage"]) !== 100) {
    throw invalid("This local Cloudflare does not split traffic: deploy one version to 100%.");
  }
  return String(first["version_id"]);
}

/** A rollback to a version brings back its secrets, so Cloudflare asks for `force` if they have changed. */
function checkSecretsUnchanged(worker: Worker, version: Version): void {
  const current = live(worker);
  if (version.number >= current.number) return;
  const [before, now] = [secretValues(version.bindings), secretValues(current.bindings)];
  const names = [...new Set([...before.keys(), ...now.keys()])];
  const changed = names.filter((name) => before.get(name) !== now.get(name));
  if (changed.length === 0) return;
  throw new ApiError(
    400,
    10220,
    `A secret has changed since this version was active. If you are sure this is ok, add a ?force=true query parameter to allow the rollback. The following secrets have changed: ${changed.join(", ")}`,
  );
}

function secretValues(bindings: readonly Binding[]): Map<string, string> {
  return new Map(bindings.filter(isSecret).map((secret) => [secret.name, JSON.stringify(secret)]));
}
