import { type Api, isNotFound } from "./api";
import { parseImportId, type ResourceKind, scriptPath } from "./resource";
import { required } from "./rules";
import { fromApi, pick, type Properties, text, toApi } from "./values";

const SETTINGS = ["enabled", "previewsEnabled"];
const INPUTS = ["accountId", "scriptName", ...SETTINGS];

function pathOf(properties: Properties): string {
  return `${scriptPath(properties)}/subdomain`;
}

async function save(api: Api, inputs: Properties): Promise<Properties> {
  const result = await api.send("post", pathOf(inputs), toApi(pick(inputs, SETTINGS)));
  return { ...inputs, ...pick(fromApi(result), SETTINGS) };
}

/** `cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain` */
export const workersScriptSubdomain: ResourceKind = {
  inputs: INPUTS,
  replacing: ["accountId", "scriptName"],
  defaults: {},
  computed: ["previewsEnabled"],
  rules: ["accountId", "scriptName", "enabled"].map(required),

  seal: (properties) => properties,

  // The API returns no id; the official provider uses the account's.
  create: async (api, inputs) => ({ id: text(inputs, "accountId"), outputs: await save(api, inputs) }),

  update: save,

  read: async (api, id, state, inputs) => {
    const known = state.accountId === undefined ? { ...parseImportId(id) } : state;
    try {
      const settings = pick(fromApi(await api.send("get", pathOf(known))), SETTINGS);
      const outputs = { ...known, ...settings };
      const wanted = state.accountId === undefined ? INPUTS : Object.keys(inputs);
      return { id: text(outputs, "accountId"), outputs, inputs: { ...inputs, ...pick(outputs, wanted) } };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  },

  delete: async (api, state) => {
    await api.send("delete", pathOf(state));
  },
};
