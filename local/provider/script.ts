import type { Api } from "./api";
import { isAbsent } from "../runtime/bindings";
import { parseImportId, type ResourceKind, scriptPath } from "./resource";
import { withManifestHash, withUploadedAssets } from "./script-assets";
import { COMPUTED_OUTPUTS, readScript } from "./script-read";
import { SCRIPT_RULES } from "./script-rules";
import { METADATA_DEFAULTS, METADATA_INPUTS, uploadForm } from "./script-upload";
import { fromApi, isObject, pick, type Properties, seal, text } from "./values";

const INPUTS = ["accountId", "bodyPart", "content", "contentType", "files", "scriptName", ...METADATA_INPUTS];
const IMPORT_ID = ["accountId", "scriptName"];
const SEALED = ["text", "keyBase64", "keyJwk"];

function sealBinding(binding: unknown): unknown {
  if (!isObject(binding)) return binding;
  return Object.fromEntries(
    Object.entries(binding).map(([key, value]) => [key, SEALED.includes(key) ? seal(value) : value]),
  );
}

/** The bindings that a Worker cannot use on this machine. */
function absentBindings({ bindings, scriptName }: Properties): string[] {
  const declared: unknown[] = Array.isArray(bindings) ? bindings : [];
  return declared.filter(isObject).flatMap(({ name, type }) => {
    if (typeof type !== "string" || !isAbsent(type)) return [];
    return `Binding ${String(name)} of Worker ${String(scriptName)} is not real here: a local Cloudflare has no ${type}, and using it throws an error.`;
  });
}

async function upload(api: Api, inputs: Properties): Promise<{ id: string; outputs: Properties }> {
  const result = fromApi(
    await api.send("put", scriptPath(inputs), uploadForm(await withUploadedAssets(api, inputs))),
  );
  const outputs = { ...METADATA_DEFAULTS, ...inputs, ...pick(result, COMPUTED_OUTPUTS) };
  return { id: text(result, "id"), outputs };
}

/** `cloudflare:index/workersScript:WorkersScript`: create and update are the same upload. */
export const workersScript: ResourceKind = {
  inputs: INPUTS,
  replacing: ["accountId", "scriptName"],
  defaults: METADATA_DEFAULTS,
  rules: SCRIPT_RULES,
  filled: [],
  computed: [
    "annotations",
    "bindings",
    "bodyPart",
    "compatibilityFlags",
    "observability",
    "placement",
    "tailConsumers",
  ],

  complete: withManifestHash,

  seal: (properties) => {
    const { assets, bindings } = properties;
    return {
      ...properties,
      ...(Array.isArray(bindings) && { bindings: bindings.map(sealBinding) }),
      ...(isObject(assets) && { assets: { ...assets, jwt: seal(assets.jwt) } }),
    };
  },

  absent: absentBindings,

  create: upload,

  update: async (api, inputs) => (await upload(api, inputs)).outputs,

  read: async (api, id, state, inputs) => {
    const imported = state.accountId === undefined;
    const found = imported ? parseImportId(id, IMPORT_ID) : undefined;
    // An import first requests the script by name, and fails if it does not exist.
    if (found) await (await api.fetch(scriptPath(found))).body?.cancel();
    const accountId = text(found ?? state, "accountId");
    const scriptName = text(found ?? state, "scriptName");
    const outputs = await readScript(api, accountId, scriptName, state);
    if (outputs === undefined) return undefined;
    // An import returns no bindings, because the API does not return the text of a secret.
    const known = imported ? INPUTS : Object.keys(inputs);
    return { id: scriptName, outputs, inputs: { ...inputs, ...pick(outputs, known) } };
  },

  delete: async (api, state) => {
    await api.send("delete", scriptPath(state));
  },
};
