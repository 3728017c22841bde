import { isRpcSecret, unwrapRpcSecret } from "@pulumi/pulumi/runtime/rpc";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";

/** The paths of the secret inputs, such as `bindings.0.text`, by the resource's URN. */
const sealedPaths = new Map<string, ReadonlySet<string>>();

/**
 * Whether an input, or what it is part of, is a secret of Pulumi. `@pulumi/policy` gives policies the value only, so this is
 * read from the engine's message before it does.
 *
 * @returns undefined if the message was not seen
 */
export function isSealed(urn: string, path: readonly string[]): boolean | undefined {
  const sealed = sealedPaths.get(urn);
  return sealed && path.some((_, depth) => sealed.has(path.slice(0, depth + 1).join(".")));
}

/** Notes which inputs are secrets in each message that asks for an analysis. Call it before the pack starts. */
export function watchSealedInputs(): void {
  const { analyze } = AnalyzerService;
  const { requestDeserialize } = analyze;
  analyze.requestDeserialize = (bytes) => {
    const request = requestDeserialize(bytes);
    const inputs: unknown = request.getProperties()?.toJavaScript();
    sealedPaths.set(request.getUrn(), new Set(findSealed(inputs, "")));
    return request;
  };
}

function findSealed(value: unknown, path: string): string[] {
  if (isRpcSecret(value)) return [path, ...findSealed(unwrapRpcSecret(value), path)];
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => findSealed(inner, path === "" ? key : `${path}.${key}`))
    : [];
}
