import { inspect } from "node:util";
import type { Answered } from "../runtime/url";
import type { Trace } from "../runtime/tail";
import type { Mask } from "./printed-secrets";
import { inSources } from "./source-stacks";
import type { Version } from "./worker";

/** A line about a running Worker. Its secrets are masked. */
export interface WorkerEvent {
  readonly worker: string;
  /** A request that it answered, the level of what it printed, or `error` for what it threw. */
  readonly kind: string;
  readonly text: string;
}

/** A request: method, path, status and milliseconds. */
export function requestEvent(
  worker: string,
  { method, path, status, milliseconds }: Answered,
  mask: Mask,
): WorkerEvent {
  return {
    worker,
    kind: "request",
    text: mask(`${method} ${path} ${status} ${Math.round(milliseconds)} ms`),
  };
}

/** What a version of a Worker printed and threw. */
export function traceEvents(
  worker: string,
  version: Version,
  { logs, exceptions }: Trace,
  mask: Mask,
): WorkerEvent[] {
  const inSource = inSources(version);
  const thrown = exceptions.map(({ name, message, stack = "" }) => ({
    worker,
    kind: "error",
    text: mask([`${name}: ${message}`, inSource(stack)].join("\n").trimEnd()),
  }));
  const said = logs.map(({ level, message }) => ({ worker, kind: level, text: mask(printed(message)) }));
  return [...said, ...thrown];
}

/** As `console.log` prints in Node. */
function printed(message: readonly unknown[]): string {
  return message.map((part) => (typeof part === "string" ? part : inspect(part, { depth: 4 }))).join(" ");
}
