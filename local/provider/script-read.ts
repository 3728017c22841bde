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

/** Reads a script's text. The API returns a module as a form with one part, and a service worker as plain text. */
async function contentOf(api: Api, path: string): Promise<string | undefined> {
  const response = await api.fetch(path);
  if (response.status === 204) return undefined;
  const isForm = /^multipart\/form-data\b/i.test(response.headers.get("content-type") ?? "");
  // text() would drop a byte order mark.
  return Buffer.from(await (isForm ? await onlyPart(response) : response).arrayBuffer()).toString();
}

async function onlyPart(response: Response): Promise<Blob> {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- undici warns servers of large forms; this is one script
  const [part] = [...(await response.formData()).values()];
  if (part === undefined || typeof part === "string")
    throw new Error(`${response.url}: the form has no file`);
  return part;
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
  const content = await contentOf(api, `${script}/content/v2`);

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
  };
}
