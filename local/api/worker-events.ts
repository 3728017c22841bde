import { SourceMap, type SourceMapPayload } from "node:module";
import { inspect } from "node:util";
import type { Answered } from "../runtime/url";
import type { Trace } from "../runtime/tail";
import { maskNamed } from "../mask";
import { secretTexts } from "./bindings";
import { running, type Version, type Worker } from "./store";

/** A line about a running Worker. Its secrets are masked. */
export interface WorkerEvent {
  readonly worker: string;
  /** A request that it answered, the level of what it printed, or `error` for what it threw. */
  readonly kind: string;
  readonly text: string;
}

/** A request: method, path, status and milliseconds. */
export function requestEvent(worker: Worker, { method, path, status, milliseconds }: Answered): WorkerEvent {
  return event(worker, "request", `${method} ${path} ${status} ${Math.round(milliseconds)} ms`);
}

/** What a Worker printed and threw. */
export function traceEvents(worker: Worker, { logs, exceptions }: Trace): WorkerEvent[] {
  // Parsing a map takes as long as many requests.
  const map = exceptions.length === 0 ? undefined : sourceMapOf(running(worker));
  const thrown = exceptions.map(({ name, message, stack = "" }) =>
    event(worker, "error", [`${name}: ${message}`, ...originals(stack, map)].join("\n")),
  );
  return [...logs.map(({ level, message }) => event(worker, level, printed(message))), ...thrown];
}

function event(worker: Worker, kind: string, text: string): WorkerEvent {
  return { worker: worker.name, kind, text: maskNamed(text, secretTexts(running(worker).bindings)) };
}

/** As `console.log` prints in Node. */
function printed(message: readonly unknown[]): string {
  return message.map((part) => (typeof part === "string" ? part : inspect(part, { depth: 4 }))).join(" ");
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
