import type { Binding } from "../runtime/code";
import { isSecret } from "./bindings";
import { annotations, type Context, source, workerRoutes } from "./context";
import { ApiError, invalid, success } from "./envelope";
import { isObject, type JsonObject } from "../../kit/json";
import { parseObject } from "./parse-object";
import { deploy } from "./release";
import { findVersion, live, type Shares, type Version, type Worker } from "./worker";
import { deploymentView } from "./views";

const MAX_VERSIONS = 2;

/** The deployments of a Worker: which versions serve now, and which did before. */
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
        const shares = requestedShares(worker, sent);
        if (c.req.query("force") !== "true") {
          for (const { version } of shares) checkSecretsUnchanged(worker, version);
        }
        const rollback = shares.every(({ version }) => version.number < live(worker).number);
        const notes = annotations(sent["annotations"], rollback ? "rollback" : "deployment");
        return success(deploymentView(await deploy(store, account, worker, shares, source(c.req), notes)));
      });
    });
}

/** The versions that a request names, the one with the largest share first. What Cloudflare refuses is a guess. */
function requestedShares(worker: Worker, sent: JsonObject): Shares {
  const named: unknown[] = Array.isArray(sent["versions"]) ? sent["versions"] : [];
  const shares = named.filter(isObject).map(({ version_id, percentage }) => ({
    version: findVersion(worker, String(version_id)),
    percentage: Number(percentage),
  }));
  const [first, ...others] = shares.toSorted((a, b) => b.percentage - a.percentage);
  const total = shares.reduce((sum, { percentage }) => sum + percentage, 0);
  const isValid = shares.every(({ percentage }) => percentage >= 0) && Math.abs(total - 100) < 0.01;
  if (first === undefined || !isValid) throw invalid("The percentages of the versions do not add up to 100.");
  if (new Set(shares.map(({ version }) => version)).size < shares.length || shares.length > MAX_VERSIONS) {
    throw invalid(`A deployment has at most ${MAX_VERSIONS} versions, each once.`);
  }
  return [first, ...others];
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
