import { assetsMetadata } from "./script-assets";
import { JSON_TEXTS } from "./script-rules";
import { isObject, type Properties, snakeCase, text, toApi } from "./values";

/** Inputs that are sent in the upload's metadata if the program sets them. */
export const METADATA_INPUTS: readonly string[] = [
  "annotations",
  "assets",
  "bindings",
  "cacheOptions",
  "compatibilityDate",
  "compatibilityFlags",
  "exports",
  "keepAssets",
  "keepBindings",
  "limits",
  "logpush",
  "mainModule",
  "migrations",
  "observability",
  "packageDependencies",
  "placement",
  "tailConsumers",
  "usageModel",
];

/** Values that the official provider sends for inputs that the program leaves out. */
export const METADATA_DEFAULTS: Properties = {
  compatibilityDate: "",
  logpush: false,
  usageModel: "standard",
};

const SERVICE_WORKER_PART = "script";

/** The API names annotations `workers/message` and so on. */
function annotations(value: unknown): unknown {
  if (!isObject(value)) return value;
  const rename = (key: string) => snakeCase(key).replace(/^workers_/, "workers/");
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), item]));
}

/** Values that programs give as JSON text are sent parsed. */
function bindings(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((binding: unknown) => {
    if (!isObject(binding)) return binding;
    const entries = Object.entries(binding).map(([key, item]) =>
      JSON_TEXTS.includes(key) && typeof item === "string"
        ? ([snakeCase(key), JSON.parse(item) as unknown] as const)
        : ([snakeCase(key), toApi(item)] as const),
    );
    return Object.fromEntries(entries);
  });
}

/** The keys are names of exports, which stay as they are. */
function exportsOf(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toApi(item)]));
}

/** Inputs that need more than a renamed key. */
const CONVERSIONS = new Map([
  ["annotations", annotations],
  ["assets", assetsMetadata],
  ["bindings", bindings],
  ["exports", exportsOf],
]);

function metadataOf(inputs: Properties): Properties {
  const all = { ...METADATA_DEFAULTS, ...inputs };
  const entries = METADATA_INPUTS.filter((key) => all[key] !== undefined && all[key] !== null).map((key) => {
    return [snakeCase(key), (CONVERSIONS.get(key) ?? toApi)(all[key])] as const;
  });
  const isServiceWorker = typeof inputs.content === "string" && typeof inputs.mainModule !== "string";
  // The official provider always names the body part "script", whatever the program calls it.
  if (isServiceWorker) entries.push(["body_part", SERVICE_WORKER_PART]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The multipart body of `PUT /workers/scripts/{name}`: the script, the metadata, then the other modules. */
export function uploadForm(inputs: Properties): FormData {
  const form = new FormData();
  const { content, contentType, mainModule } = inputs;
  if (typeof content === "string") {
    const name = typeof mainModule === "string" ? mainModule : SERVICE_WORKER_PART;
    const type = `application/javascript${typeof mainModule === "string" ? "+module" : ""}`;
    const blob = new Blob([content], { type: typeof contentType === "string" ? contentType : type });
    form.append(name, blob, name);
  }
  const metadata = new Blob([JSON.stringify(metadataOf(inputs))], { type: "application/json" });
  form.append("metadata", metadata, "metadata");
  for (const [name, { type, bytes }] of modulesOf(inputs.files)) {
    form.append(name, new Blob([bytes], { type }), name);
  }
  return form;
}

/** The modules beside the script, by name. */
function modulesOf(files: unknown): Map<string, { type: string; bytes: Buffer<ArrayBuffer> }> {
  const named = Object.entries(isObject(files) ? files : {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    named
      .filter((entry): entry is [string, Properties] => isObject(entry[1]))
      .map(([name, file]) => {
        const bytes = Buffer.from(text(file, "contentBase64"), "base64");
        return [name, { type: text(file, "contentType"), bytes }];
      }),
  );
}
