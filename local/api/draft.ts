import type { HonoRequest } from "hono";
import type { Binding } from "../runtime/code";
import { resolve, SECRET_TYPES } from "./bindings";
import { annotations, type Context, source } from "./context";
import { ApiError } from "./envelope";
import { type JsonObject, stringList } from "../../kit/json";
import type { Draft } from "./start-version";
import { checkStoreBindings } from "./tokens/bodies";
import type { Version, Worker } from "./worker";
import { readUpload } from "./upload";

/** The version that an upload describes. Anything it does not send comes from the latest version. */
export async function draftOf(
  request: HonoRequest,
  account: string,
  latest: Version | undefined,
  context: Context,
): Promise<Draft> {
  const { assets, keepSecrets, emptyListKeepsSecrets } = context;
  const { metadata, modules } = await readUpload(request);
  // Bindings are removed from the metadata, so that no secret stays in it, and so is the token of the assets.
  const { bindings, keep_bindings, assets: sentAssets, keep_assets, ...rest } = metadata;
  // An upload without keep_bindings keeps the secrets; one with a list keeps only the types in it.
  const listed = stringList(keep_bindings);
  const isListed = listed !== undefined && (listed.length > 0 || !emptyListKeepsSecrets);
  const keep = isListed ? listed : keepSecrets ? SECRET_TYPES : [];
  const resolved = resolve(bindings, keep, latest?.bindings ?? [], isStrict(request));
  checkStoreBindings(context, request.raw, account, resolved);
  return {
    metadata: rest,
    modules,
    bindings: resolved,
    assets: await assets.ofUpload(account, { assets: sentAssets, keep_assets }, latest?.assets),
    annotations: annotations(metadata["annotations"], "upload"),
    source: source(request),
  };
}

/** Whether a request must fail if one of its `inherit` bindings inherits nothing. */
export function isStrict(request: HonoRequest): boolean {
  return request.query("bindings_inherit") === "strict";
}

/** A copy of the latest version with other bindings. */
export function rebound(
  worker: Worker,
  bindings: readonly Binding[],
  request: HonoRequest,
  triggeredBy: string,
  sent?: unknown,
): Draft {
  const [{ metadata, modules, assets }] = worker.versions;
  return {
    metadata,
    modules,
    bindings,
    assets,
    source: source(request),
    annotations: annotations(sent, triggeredBy),
  };
}

/** Settings that belong to the script, not to a version. */
export function unversioned(metadata: JsonObject): JsonObject {
  const keys = ["logpush", "tail_consumers", "observability", "tags"];
  return Object.fromEntries(
    Object.entries(metadata).filter(([key, value]) => keys.includes(key) && value !== undefined),
  );
}

export function checkName(name: string): void {
  if (!/^[a-z0-9_][a-z0-9-_]{0,254}$/.test(name)) {
    throw new ApiError(
      400,
      10016,
      "Script name is invalid: it has at most 255 lower-case letters, digits, '_' and '-', and does not begin with '-'.",
    );
  }
}
