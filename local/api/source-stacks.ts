import { SourceMap, type SourceMapPayload } from "node:module";
import type { Version } from "./worker";

/** Replaces the places in a stack of a version's code by those in its sources, if it was uploaded with a source map. */
export function inSources(version: Version): (stack: string) => string {
  // Parsing a map takes as long as many requests.
  let map: SourceMap | undefined;
  return (stack) => originals(stack, (map ??= sourceMapOf(version))).join("\n");
}

function sourceMapOf({ modules }: Version): SourceMap | undefined {
  const map = modules.find(({ contentType }) => contentType.startsWith("application/source-map"));
  if (map === undefined) return undefined;
  try {
    return new SourceMap(JSON.parse(Buffer.from(map.content).toString()) as SourceMapPayload);
  } catch {
    return undefined;
  }
}

/** The frames of a stack, each with the place in the source that it comes from. */
function originals(stack: string, map: SourceMap | undefined): string[] {
  const frames = stack.split("\n").filter((line) => line.trim() !== "");
  return frames.map((frame) =>
    frame.replaceAll("file:///", "").replace(/[^\s(]+:(\d+):(\d+)/, (place, line: string, column: string) => {
      const found = map?.findEntry(Number(line) - 1, Number(column) - 1);
      if (found === undefined || !("originalSource" in found)) return place;
      return `${found.originalSource}:${found.originalLine + 1}:${found.originalColumn + 1}`;
    }),
  );
}
