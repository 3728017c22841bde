import * as path from "node:path";
import ts from "typescript";
import { ENTRIES, MAIN } from "../../../package/manifests";
import { type Block, blocksIn, read } from "../../support/docs/pages";

const ROOT = path.join(__dirname, "../../..");
const PRELUDE = path.join(ROOT, "tests/support/docs/prelude.d.cts");

/** The block that other blocks import as `./secret-list`. */
const LIST = path.join(ROOT, "secret-list.ts");

/** Types of the provider that no argument has. They would take two seconds to read. */
const UNUSED = /\/@pulumi\/cloudflare\/types\/output\.d\.ts$/;

/** Where a block is as a file: at the root, from where it imports what a project of this kind has. */
function fileOf({ language, code }: Block, index: number): string {
  return code.includes("export const SECRETS") ? LIST : path.join(ROOT, `block-${index}.${language}`);
}

/** The options of this repository, except that an excerpt may declare what it does not use. */
function readOptions(): ts.CompilerOptions {
  const { compilerOptions } = ts.parseConfigFileTextToJson("", read("tsconfig.json")).config as {
    compilerOptions: object;
  };
  const { options } = ts.convertCompilerOptionsFromJson(compilerOptions, ROOT);
  const places = Object.entries(ENTRIES).map(([name, folder]) => [
    path.posix.join(MAIN.name, name),
    [`./${folder}`],
  ]);
  return {
    ...options,
    ...{ noCheck: false, allowJs: true, checkJs: true, types: ["node"] },
    ...{ noUnusedLocals: false, noUnusedParameters: false, allowUnusedLabels: false },
    paths: Object.fromEntries(places) as ts.MapLike<string[]>,
  };
}

/** What TypeScript finds wrong in the blocks, each with the block's place. */
function problemsOf(blocks: readonly Block[]): string[] {
  const files = new Map(blocks.map((block, index) => [fileOf(block, index), block]));
  const options = readOptions();
  const host = ts.createCompilerHost(options);
  const fileExists = host.fileExists.bind(host);
  const readFile = host.readFile.bind(host);
  const textOf = (file: string) => {
    const block = files.get(file);
    // A module, so that what blocks declare is their own.
    return block === undefined ? undefined : `${block.code}\nexport {};\n`;
  };
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => textOf(file) ?? readFile(file);
  host.getSourceFile = (file, version) => {
    const text = UNUSED.test(file) ? "export {};" : host.readFile(file);
    return text === undefined ? undefined : ts.createSourceFile(file, text, version);
  };
  const program = ts.createProgram([PRELUDE, ...files.keys()], options, host);
  return [...files].flatMap(([file, { place }]) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => `${place}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`),
  );
}

const WRONG: readonly Block[] = [
  'secretTextBindings: [{ name: "A" }];',
  'new WorkerScript("a", { accountId, name: "a", content, secrets: [] });',
  'import { WorkerScripts } from "cloudflare-worker-secrets";',
].map((code) => ({ place: "wrong", language: "ts", code }));

test("TypeScript accepts every block of it, with the options of this repository, and finds a wrong one", () => {
  // One program, because reading the provider's types takes seconds.
  expect(problemsOf([...blocksIn("ts", "js"), ...WRONG])).toEqual([
    expect.stringMatching(/^wrong: Unused label/),
    expect.stringMatching(/^wrong: .*'secrets' does not exist/),
    expect.stringMatching(/^wrong: .*no exported member.*'WorkerScripts'/),
  ]);
});
