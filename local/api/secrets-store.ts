import { Hono } from "hono";
import type { Call, Collection } from "./collection";
import { hexId, now, textField, texts } from "./collections";
import type { Context } from "./context";
import { ApiError, success } from "./envelope";
import { parseObject } from "./parse-object";
import type { SecretsStore, StoreSecret } from "./resources";

const MAX_SECRETS = 100;
const MAX_VALUE_BYTES = 65_536;
const SCOPES = ["access", "ai_gateway", "containers", "dex", "websearch", "workers"];
const NAME_TAKEN = "secret_name_already_exists";
const STORE_MISSING = [1001, "store_not_found"] as const;

const secretsOf = (account: string, store: string, { resources }: Call): StoreSecret[] =>
  resources.storeSecrets.list(`${account}/${store}`);

export const secretsStores: Collection<SecretsStore> = {
  path: "/accounts/:account/secrets_store/stores",
  table: (resources) => resources.secretsStores,
  id: "id",
  missing: STORE_MISSING,
  put: (sent, { resources, params }) => {
    const account_id = params["account"] ?? "";
    const name = textField(sent, "name", /./, 1001);
    if (resources.secretsStores.list(account_id).length > 0) {
      throw new ApiError(400, 1003, "maximum_stores_exceeded: an account has one store.");
    }
    return { id: hexId(), account_id, name, created: now(), modified: now() };
  },
  remove: ({ id }, call) => {
    const account = call.params["account"] ?? "";
    const secrets = secretsOf(account, id, call);
    if (secrets.length > 0 && call.request.query("force") !== "true") {
      throw new ApiError(409, 1004, "store_not_empty: delete its secrets, or delete it with force=true.");
    }
    for (const secret of secrets) call.resources.forgetSecretValue(secret.id);
    call.resources.storeSecrets.clear(`${account}/${id}`);
  },
};

/** No response, and no error, has a secret's value. */
export const storeSecrets: Collection<StoreSecret> = {
  path: "/accounts/:account/secrets_store/stores/:store/secrets",
  table: (resources) => resources.storeSecrets,
  id: "id",
  missing: [1001, "secret_not_found"],
  unique: ["name", 400, 1003, NAME_TAKEN],
  changes: ["patch"],
  batch: true,
  parent: ({ resources, params }) => {
    const store = resources.secretsStores.find(params["account"] ?? "", params["store"] ?? "");
    if (store === undefined) throw new ApiError(404, ...STORE_MISSING);
  },
  put: (sent, call, existing) => {
    const { account = "", store = "" } = call.params;
    if (existing === undefined && secretsOf(account, store, call).length >= MAX_SECRETS) {
      throw new ApiError(400, 1003, `maximum_secrets_exceeded: a store has at most ${MAX_SECRETS} secrets.`);
    }
    if (existing === undefined || sent["value"] !== undefined) checkValue(sent["value"]);
    return {
      id: hexId(),
      created: now(),
      ...(existing ?? { name: textField(sent, "name", /^\S+$/, 1001) }),
      ...texts(sent, "comment"),
      ...(sent["comment"] === null && { comment: "" }),
      name: existing?.name ?? String(sent["name"]),
      scopes: scopesOf(sent["scopes"] ?? existing?.scopes),
      store_id: store,
      status: "active",
      modified: now(),
    };
  },
  saved: ({ id }, sent, { resources }) => {
    if (typeof sent["value"] === "string") resources.setSecretValue(id, sent["value"]);
  },
  remove: ({ id }, { resources }) => {
    resources.forgetSecretValue(id);
  },
};

/** Copies a secret with its value, which the client need not know. */
export function duplicateRoutes(context: Context) {
  const { resources } = context;
  return new Hono().post(`${storeSecrets.path}/:secret/duplicate`, async (c) => {
    const { account = "", store = "", secret: id = "" } = c.req.param() as Record<string, string>;
    const source = resources.storeSecrets.find(`${account}/${store}`, id);
    const value = source && resources.secretValue(account, store, source.name);
    if (value === undefined) throw new ApiError(404, ...storeSecrets.missing);
    const call = { context, resources, params: { account, store }, request: c.req, keptId: () => undefined };
    const made = storeSecrets.put({ ...parseObject(await c.req.text()), value }, call, undefined);
    if (secretsOf(account, store, call).some(({ name }) => name === made.name)) {
      throw new ApiError(400, 1003, NAME_TAKEN);
    }
    resources.storeSecrets.set(`${account}/${store}`, made.id, made);
    resources.setSecretValue(made.id, value);
    return success(made);
  });
}

function checkValue(value: unknown): void {
  if (typeof value !== "string" || value === "") throw new ApiError(400, 1001, "secret_value_empty");
  if (Buffer.byteLength(value) > MAX_VALUE_BYTES) {
    throw new ApiError(400, 1001, `secret_value_too_large: at most ${MAX_VALUE_BYTES} bytes.`);
  }
}

function scopesOf(sent: unknown): string[] {
  const scopes: unknown[] = Array.isArray(sent) ? sent : [];
  if (scopes.length === 0) throw new ApiError(400, 1001, "secret_scopes_empty");
  const known = scopes.filter((scope): scope is string => SCOPES.includes(String(scope)));
  if (known.length < scopes.length) {
    throw new ApiError(400, 1001, `secret_scope_invalid: a scope is one of ${SCOPES.join(", ")}.`);
  }
  return known.sort();
}
