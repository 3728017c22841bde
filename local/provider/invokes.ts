import type { Api } from "./api";
import { fillPath } from "./resource";
import { STORES } from "./storage-table";
import { fromApi, isObject, type Properties, text } from "./values";

type Invoke = (api: Api, args: Properties) => Promise<Properties>;

const getWorkerVersion: Invoke = async (api, args) => {
  const [account, worker, version] = [
    text(args, "accountId"),
    text(args, "workerId"),
    text(args, "versionId"),
  ];
  const workers = `/accounts/${encodeURIComponent(account)}/workers/workers/${encodeURIComponent(worker)}`;
  const query = typeof args.include === "string" ? `?include=${encodeURIComponent(args.include)}` : "";
  const found = await api.send("get", `${workers}/versions/${encodeURIComponent(version)}${query}`);
  return { ...fromApi(withJsonTexts(found)), ...args };
};

/** What a program gives as JSON text is JSON text here too, as from the official provider. */
function withJsonTexts(version: unknown): unknown {
  if (!isObject(version) || !Array.isArray(version.bindings)) return version;
  const bindings = version.bindings.map((binding: unknown) =>
    isObject(binding) && "json" in binding ? { ...binding, json: JSON.stringify(binding.json) } : binding,
  );
  return { ...version, bindings };
}

const getWorkersScripts: Invoke = async (api, args) => {
  const account = text(args, "accountId");
  const query = typeof args.tags === "string" ? `?tags=${encodeURIComponent(args.tags)}` : "";
  const found = await api.send("get", `/accounts/${encodeURIComponent(account)}/workers/scripts${query}`);
  const scripts = Array.isArray(found) ? found.filter(isObject).map(fromApi) : [];
  const results = typeof args.maxItems === "number" ? scripts.slice(0, args.maxItems) : scripts;
  return { ...args, id: account, results };
};

const getWorkersDeployments: Invoke = async (api, args) => {
  const [account, script] = [text(args, "accountId"), text(args, "scriptName")];
  const scripts = `/accounts/${encodeURIComponent(account)}/workers/scripts/${encodeURIComponent(script)}`;
  const { deployments } = fromApi(await api.send("get", `${scripts}/deployments`));
  const found = Array.isArray(deployments) && deployments.length > 0;
  // One item with all deployments, as in the SDK's types. The official provider 6.22.1 makes the same request and
  // returns an empty list.
  return { ...args, results: found ? [{ deployments }] : [] };
};

/** Lists what is at a path of the Secrets Store. All of it fits on one page of the API, by Cloudflare's limits. */
function secretsStoreList(path: string): Invoke {
  return async (api, given) => {
    const args = { direction: "desc", order: "created", ...given };
    const { direction, order, search } = args as Properties;
    const query = { direction, order, search };
    const found = await api.send("get", fillPath(path, given), undefined, { query });
    const all = Array.isArray(found) ? found.filter(isObject).map(fromApi) : [];
    const results = typeof given.maxItems === "number" ? all.slice(0, given.maxItems) : all;
    return { ...args, id: text(given, "accountId"), results };
  };
}

const getPermissionGroups: Invoke = async (api, args) => {
  const path = `/accounts/${encodeURIComponent(text(args, "accountId"))}/tokens/permission_groups`;
  const query = { name: decoded(args.name), scope: decoded(args.scope) };
  const found = await api.send("get", path, undefined, { query });
  const groups = Array.isArray(found) ? found.filter(isObject).map(fromApi) : [];
  return { ...args, results: typeof args.maxItems === "number" ? groups.slice(0, args.maxItems) : groups };
};

/** Programs give these filters percent-encoded. */
function decoded(filter: unknown): unknown {
  return typeof filter === "string" ? decodeURIComponent(filter) : undefined;
}

/** The functions that programs can call, by token. */
export const invokes: Readonly<Record<string, Invoke | undefined>> = {
  "cloudflare:index/getWorkerVersion:getWorkerVersion": getWorkerVersion,
  "cloudflare:index/getWorkersDeployments:getWorkersDeployments": getWorkersDeployments,
  "cloudflare:index/getWorkersScripts:getWorkersScripts": getWorkersScripts,
  "cloudflare:index/getAccountApiTokenPermissionGroupsList:getAccountApiTokenPermissionGroupsList":
    getPermissionGroups,
  "cloudflare:index/getSecretsStores:getSecretsStores": secretsStoreList(STORES),
  "cloudflare:index/getSecretsStoreSecrets:getSecretsStoreSecrets": secretsStoreList(
    `${STORES}/{storeId}/secrets`,
  ),
};
