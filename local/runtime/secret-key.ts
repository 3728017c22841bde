import type { Plugin, Worker_Binding, Worker_Binding_CryptoKey_Usage } from "miniflare";

/** workerd's numbers for the names of Web Crypto. */
const USAGES = ["encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"];

/** A binding of type `secret_key`, as the API has it. */
interface SecretKey {
  readonly name: string;
  readonly options: {
    readonly format?: string;
    readonly key_base64?: string;
    readonly key_jwk?: unknown;
    readonly algorithm?: unknown;
    readonly usages?: readonly string[];
  };
}

/** Miniflare loads this by the path of secret-key.mjs and gives it the `secret_key` bindings of each Worker. */
export const plugins = {
  "secret-key": {
    getBindings: (keys: readonly SecretKey[] | undefined) => keys?.map(bindingOf),
    getNodeBindings: () => ({}),
    getServices: () => undefined,
  },
} satisfies Record<string, Omit<Plugin<never>, "options">>;

function bindingOf({ name, options }: SecretKey): Worker_Binding {
  const { usages = [], algorithm } = options;
  return {
    name,
    cryptoKey: {
      ...materialOf(options),
      algorithm: { json: JSON.stringify(algorithm) },
      extractable: false,
      usages: usages.map((usage) => USAGES.indexOf(usage)) as Worker_Binding_CryptoKey_Usage[],
    },
  };
}

/** workerd takes keys other than raw ones and JWK as PEM. */
function materialOf({ format, key_base64 = "", key_jwk }: SecretKey["options"]) {
  if (format === "jwk") return { jwk: typeof key_jwk === "string" ? key_jwk : JSON.stringify(key_jwk) };
  if (format === "raw") return { base64: key_base64 };
  const [field, label] = format === "spki" ? ["spki", "PUBLIC"] : ["pkcs8", "PRIVATE"];
  return { [field]: `-----BEGIN ${label} KEY-----\n${key_base64}\n-----END ${label} KEY-----` };
}
