import type { MadeBundle } from "../../../component/contract/bundles";
import { rebuild } from "../../../local/dev/rebuild";
import type { DeclaredWorker } from "../../../local/dev/recorded-run";

const MAP = { contentType: "application/source-map", contentBase64: "e30=" };

/** A bundle whose sources now give `now`, or fail. */
function made(files: readonly string[], content: string, now: string | Error): MadeBundle {
  const again = () => {
    if (now instanceof Error) throw now;
    return { content: now, modules: { map: MAP } };
  };
  return { files: new Set(files), content, modules: { map: MAP }, again };
}

function worker(resource: string, content: string): DeclaredWorker {
  return { resource, accountId: "a", scriptName: resource, code: { content, files: { map: MAP } } };
}

/** The code that each changed Worker gets. */
function rebuilt(bundles: MadeBundle[], workers: DeclaredWorker[], ...files: string[]) {
  const changed = rebuild({ bundles, workers }, new Set(files));
  return changed && Object.fromEntries(changed.map(({ resource, code }) => [resource, code.content]));
}

test("the Workers of each bundle that the files are part of get its new code, and others do not", () => {
  const bundles = [
    made(["/one.ts", "/lib.ts"], "1", "new 1"),
    made(["/two.ts", "/lib.ts"], "2", "new 2"),
    made(["/three.ts"], "3", "new 3"),
  ];
  const workers = [worker("one", "1"), worker("twin", "1"), worker("two", "2"), worker("three", "3")];
  expect(rebuilt(bundles, workers, "/lib.ts")).toEqual({ one: "new 1", twin: "new 1", two: "new 2" });
  expect(rebuilt(bundles, workers, "/two.ts", "/three.ts")).toEqual({ two: "new 2", three: "new 3" });
});

test("a bundle that is made twice changes each Worker once", () => {
  const bundles = [made(["/one.ts"], "1", "new 1"), made(["/one.ts"], "1", "new 1")];
  expect(rebuild({ bundles, workers: [worker("one", "1")] }, new Set(["/one.ts"]))).toHaveLength(1);
});

test("a change that leaves the code as it was changes no Worker", () => {
  expect(rebuilt([made(["/one.ts"], "1", "1")], [worker("one", "1")], "/one.ts")).toEqual({});
});

test("the program has to say what becomes of a bundle that no Worker has as it is", () => {
  const bundles = [made(["/one.ts"], "1", "new 1"), made(["/two.ts"], "2", "new 2")];
  const workers = [worker("one", "1"), worker("two", `/* banner */ 2`)];
  expect(rebuilt(bundles, workers, "/one.ts", "/two.ts")).toBeUndefined();
  const { code, ...others } = worker("one", "1");
  expect(rebuilt(bundles, [{ ...others, code: { content: code.content ?? "" } }], "/one.ts")).toBeUndefined();
});

test("the program has to say why a bundle cannot be built", () => {
  expect(rebuilt([made(["/one.ts"], "1", new Error())], [worker("one", "1")], "/one.ts")).toBeUndefined();
});

test("without modules, a Worker's code is its content", () => {
  const plain = {
    ...made(["/one.ts"], "1", new Error()),
    modules: {},
    again: () => ({ content: "2", modules: {} }),
  };
  const declared = { ...worker("one", "1"), code: { content: "1" } };
  expect(rebuilt([plain], [declared], "/one.ts")).toEqual({ one: "2" });
});
