/**
 * Stands in for the SDK's modules that turn functions into text, which no unit test needs. With them, each file of tests
 * would load TypeScript and npm's resolver.
 */
export const serializeFunction = refuse;
export const serializeFunctionAsync = refuse;
export const computeCodePaths = refuse;
export const findWorkspaceRoot = refuse;

function refuse(): never {
  throw new Error("Unit tests turn no function into text.");
}
