import * as path from "node:path";
import ts from "typescript";

const ROOT = path.resolve(__dirname, "../..");
/** The provider's types that the arguments use. All that the package has would take five seconds to read. */
const CLOUDFLARE = path.join(ROOT, "node_modules/@pulumi/cloudflare/for-arguments.d.ts");
const CLOUDFLARE_TYPES = `
export { WorkersScriptArgs } from "./workersScript";
import * as input from "./types/input";
export declare namespace types { export { input }; }
`;

/** Reads a file of the component with the types that its arguments need, and no others. */
export function loadTypes(file: string): { checker: ts.TypeChecker; source: ts.SourceFile } {
  const options: ts.CompilerOptions = {
    strict: true,
    module: ts.ModuleKind.Node16,
    target: ts.ScriptTarget.ES2022,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) => {
    if (name === CLOUDFLARE) return ts.createSourceFile(name, CLOUDFLARE_TYPES, rest[0]);
    const isUnused = name.endsWith("/@pulumi/cloudflare/types/output.d.ts");
    return isUnused ? ts.createSourceFile(name, "export {};", rest[0]) : read(name, ...rest);
  };
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => {
      if (text === "@pulumi/cloudflare") {
        const extension = ts.Extension.Dts;
        return { resolvedModule: { resolvedFileName: CLOUDFLARE, extension, isExternalLibraryImport: true } };
      }
      return text.startsWith(".") || text === "@pulumi/pulumi"
        ? ts.resolveModuleName(text, from, options, host)
        : { resolvedModule: undefined };
    });
  const root = path.join(ROOT, file);
  const program = ts.createProgram([root], options, host);
  return { checker: program.getTypeChecker(), source: program.getSourceFile(root) ?? missing(file) };
}

/** Whether a type or a property is declared in this repository. */
export function isOurs({ declarations = [] }: ts.Symbol): boolean {
  return declarations.some((one) => !one.getSourceFile().fileName.includes("/node_modules/"));
}

export function missing(what: string): never {
  throw new Error(`${what} is not there`);
}
