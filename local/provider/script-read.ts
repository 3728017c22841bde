import { type Api, isNotFound } from "./api";
import { METADATA_DEFAULTS } from "./script-upload";
import { fromApi, isObject, pick, type Properties } from "./values";

/** What the API says about a script and no program can set. */
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

/** A script's text: modules come as a form with one part, service workers as they are. */
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
    throw new Error(`${response.url}: a form without a file`);
  return part;
}

/**
 * The API shows no secret's text: a secret that is live keeps the state's. One that is gone is dropped, so that the
 * next update brings it back. Bindings of other kinds stay as the state has them, and what only the API knows stays
 * unknown here.
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

/** A script's live settings over the state's, or undefined where there is no such script. */
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
    // Only here does 404 mean that the Worker is gone; a script without settings or content is an error.
    if (isNotFound(error)) return undefined;
    throw error;
  }
  const environment = isObject(service.defaultEnvironment) ? service.defaultEnvironment : {};
  const computed = isObject(environment.script) ? environment.script : {};
  const settings = fromApi(await api.send("get", `${script}/settings`));
  const content = await contentOf(api, `${script}/content/v2`);

  const kept = Object.fromEntries(Object.entries(state).filter(([key]) => !COMPUTED_OUTPUTS.includes(key)));
  // Empty is what the API says where nothing was ever set; it is no news for a state that has nothing there.
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
