import { type Api, isNotFound } from "./api";
import { METADATA_DEFAULTS } from "./script-upload";
import { fromApi, isObject, pick, type Properties } from "./values";

/** Outputs that only the API sets. */
export const COMPUTED_OUTPUTS: readonly string[] = [
  "createdOn",
  "etag",
  "handlers",
  "hasAssets",
  "hasModules",
  "lastDeployedFrom",
  "migrationTag",
  "modifiedOn",
  "namedHandlers",
  "placementMode",
  "placementStatus",
  "startupTimeMs",
];

const SETTINGS: readonly string[] = [
  "compatibilityDate",
  "compatibilityFlags",
  "limits",
  "logpush",
  "observability",
  "placement",
  "tailConsumers",
  "usageModel",
];

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/** Reads a script's text and its other modules. The API returns modules as a form, and a service worker as plain text. */
async function codeOf(api: Api, path: string): Promise<{ content?: string; others: Map<string, Blob> }> {
  const response = await api.fetch(path);
  const others = new Map<string, Blob>();
  if (response.status === 204) return { others };
  const isForm = /^multipart\/form-data\b/i.test(response.headers.get("content-type") ?? "");
  if (!isForm) return { content: await textOf(response), others };
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- undici warns servers of large forms; this is one script
  for (const [name, part] of await response.formData()) if (typeof part !== "string") others.set(name, part);
  const entry = response.headers.get("cf-entrypoint") ?? [...others.keys()][0] ?? "";
  const main = others.get(entry);
  if (main === undefined) throw new Error(`${response.url}: the form has no file`);
  others.delete(entry);
  return { content: await textOf(main), others };
}

/** Unlike text(), keeps a byte order mark. */
async function textOf(body: Response | Blob): Promise<string> {
  return Buffer.from(await body.arrayBuffer()).toString();
}

/** The files in the state as they are live: a changed one with its live content, and without one that is gone. */
async function refreshFiles(state: unknown, live: Map<string, Blob>): Promise<unknown> {
  if (!isObject(state)) return state;
  const files = Object.entries(state).map(async ([name, file]) => {
    const part = live.get(name);
    if (part === undefined) return [];
    const contentBase64 = Buffer.from(await part.arrayBuffer()).toString("base64");
    const same = isObject(file) && file.contentBase64 === contentBase64;
    return [[name, same ? file : { contentType: part.type, contentBase64 }] as const];
  });
  return Object.fromEntries((await Promise.all(files)).flat());
}

/**
 * The API does not return the text of a secret, so a live secret keeps its text from the state. A secret that is no
 * longer live is dropped, so that the next update restores it. All other bindings stay as they are in the state, and
 * bindings that only the API knows are not added.
 */
function refreshBindings(state: unknown, live: unknown): unknown {
  if (!Array.isArray(state)) return state;
  const bindings: unknown[] = Array.isArray(live) ? live : [];
  const names = new Set(
    bindings
      .filter(isObject)
      .filter(isSecretText)
      .map(({ name }) => name),
  );
  return state.filter(
    (binding: unknown) => !isObject(binding) || !isSecretText(binding) || names.has(binding.name),
  );
}

function isSecretText(binding: Properties): boolean {
  return binding.type === "secret_text";
}

/** Merges a script's live settings into its state. Returns undefined if the script does not exist. */
export async function readScript(
  api: Api,
  account: string,
  name: string,
  state: Properties,
): Promise<Properties | undefined> {
  const prefix = `/accounts/${encodeURIComponent(account)}/workers`;
  const script = `${prefix}/scripts/${encodeURIComponent(name)}`;
  let service: Properties;
  try {
    service = fromApi(await api.send("get", `${prefix}/services/${encodeURIComponent(name)}`));
  } catch (error) {
    // Only for this request does 404 mean that the Worker is gone. A script without settings or content is an error.
    if (isNotFound(error)) return undefined;
    throw error;
  }
  const environment = isObject(service.defaultEnvironment) ? service.defaultEnvironment : {};
  const computed = isObject(environment.script) ? environment.script : {};
  const settings = fromApi(await api.send("get", `${script}/settings`));
  const { content, others } = await codeOf(api, `${script}/content/v2`);

  const kept = Object.fromEntries(Object.entries(state).filter(([key]) => !COMPUTED_OUTPUTS.includes(key)));
  // The API returns an empty value for a setting that was never set. That is not a change if the state has no value.
  const news = Object.entries(pick(settings, SETTINGS)).filter(
    ([key, value]) => !isEmpty(value) || state[key] !== undefined,
  );
  return {
    ...METADATA_DEFAULTS,
    ...kept,
    ...pick(computed, COMPUTED_OUTPUTS),
    ...Object.fromEntries(news),
    accountId: account,
    scriptName: name,
    bindings: refreshBindings(state.bindings, settings.bindings),
    content,
    files: await refreshFiles(state.files, others),
  };
}
