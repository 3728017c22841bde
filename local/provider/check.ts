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

/** Refuses inputs that the official provider refuses, completes the others, and marks the secrets among them. */
export async function checkInputs(kind: ResourceKind, inputs: Properties): Promise<CheckResponse> {
  const failures = violations(inputs, kind.rules).map(({ property, reason }) =>
    new CheckFailure().setProperty(property).setReason(reason),
  );
  const complete = failures.length === 0 ? await kind.complete?.(inputs) : undefined;
  return new CheckResponse().setInputs(toStruct(kind.seal(complete ?? inputs))).setFailuresList(failures);
}

/** What to warn of: a resource type, or inputs, that Cloudflare or the official provider has and this machine has not. */
export function unreal(token: string, kind: ResourceKind, inputs: Properties): readonly string[] {
  const type = token.replace(/^.*:/, "");
  if (kind.inputs === "any") {
    return [
      `${type} is not real here: the local Cloudflare has no such resource, so its inputs are only recorded.`,
    ];
  }
  const known = kind.inputs;
  const unserved = Object.keys(inputs).filter((input) => !known.includes(input) && !input.startsWith("__"));
  const absent = kind.absent?.(inputs) ?? [];
  if (unserved.length === 0) return absent;
  return [
    ...absent,
    `The local provider records ${unserved.join(", ")} of ${type} and does not send it; the official one does (CLOUDFLARE_PROVIDER=official).`,
  ];
}
