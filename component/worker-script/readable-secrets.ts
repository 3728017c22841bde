import * as pulumi from "@pulumi/pulumi";
import { bindingType, VARIABLE_TYPES } from "./binding-type";

/**
 * Finds secrets that are passed as variables, whose values the dashboard shows.
 *
 * @param args the arguments as the engine would get them, with secrets marked
 */
export function findReadableSecrets(args: Partial<Record<string, unknown>>): string[] {
  const { plainTextBindings, bindings } = args;
  const isListSecret = isSecret(bindings);
  const items: unknown = pulumi.runtime.unwrapRpcSecret(bindings);
  const readable = (Array.isArray(items) ? items : []).flatMap((item: unknown, index) => {
    const binding = pulumi.runtime.unwrapRpcSecret(item) as { type?: unknown } | null;
    const type = bindingType(pulumi.runtime.unwrapRpcSecret(binding?.type));
    const path = `bindings[${index}]`;
    return VARIABLE_TYPES.some((readable) => readable === type)
      ? isListSecret
        ? [path]
        : secretPaths(path, item)
      : [];
  });
  return [...secretPaths("plainTextBindings", plainTextBindings), ...readable].map(
    (path) =>
      `${path}: expected no secret, because Cloudflare shows this value in the dashboard. Declare it in ` +
      "secretTextBindings. If it is not confidential, keep it in the config without --secret.",
  );
}

function secretPaths(path: string, value: unknown): string[] {
  if (isSecret(value)) {
    return [path];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => secretPaths(`${path}[${index}]`, item));
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, item]) => secretPaths(`${path}.${key}`, item))
    : [];
}

function isSecret(value: unknown): boolean {
  return pulumi.runtime.isRpcSecret(value);
}
