import { CheckFailure, CheckResponse, type ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { Connection } from "./api";
import type { ResourceKind } from "./resource";
import { violations } from "./rules";
import { type Properties, toStruct } from "./values";

/** The official provider's format for a token in its config. It does not check a token from the environment. */
const TOKEN = /^[0-9A-Za-z\-_]{40,80}$/;

/** Reads the provider's config, which overrides the environment. */
export function connectionOf(request: ConfigureRequest, defaults: Connection): Connection {
  const config = request.getVariablesMap();
  const apiToken = config.get("cloudflare:config:apiToken");
  if (apiToken !== undefined && !TOKEN.test(apiToken)) {
    throw new Error("cloudflare:apiToken must be 40 to 80 letters, digits, - and _");
  }
  return {
    baseUrl: config.get("cloudflare:config:baseUrl") ?? defaults.baseUrl,
    apiToken: apiToken ?? defaults.apiToken,
  };
}

/** Refuses inputs that this provider does not support, and marks the secrets among the others. */
export function checkInputs(kind: ResourceKind, inputs: Properties): CheckResponse {
  const response = new CheckResponse().setInputs(toStruct(kind.seal(inputs)));
  const unserved = Object.keys(inputs)
    .filter((property) => !kind.inputs.includes(property) && !property.startsWith("__"))
    .map((property) => ({
      property,
      reason: `the local stand-in provider does not serve ${property}; the official one does (CLOUDFLARE_PROVIDER=official)`,
    }));
  for (const { property, reason } of [...unserved, ...violations(inputs, kind.rules)]) {
    response.addFailures(new CheckFailure().setProperty(property).setReason(reason));
  }
  return response;
}
