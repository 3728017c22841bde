import { join } from "node:path";
import { supportedCompatibilityDate, type WorkerOptions } from "miniflare";
import { bindingOptions, type IsThere } from "./bindings";
import type { WorkerCode } from "./code";

// eslint-disable-next-line @typescript-eslint/no-deprecated -- its replacement, today's date, is newer than this workerd supports
const NEWEST_DATE = supportedCompatibilityDate;
/** Cloudflare's default for an upload without a date. */
const DEFAULT_COMPATIBILITY_DATE = "2021-11-02";

const MODULE_TYPES = new Map<string | undefined, "ESModule" | "CommonJS" | "CompiledWasm" | "Text">([
  ["application/javascript+module", "ESModule"],
  ["text/javascript+module", "ESModule"],
  ["application/javascript", "CommonJS"],
  ["text/javascript", "CommonJS"],
  ["application/wasm", "CompiledWasm"],
  ["text/plain", "Text"],
]);

/** Miniflare's options for a Worker. For `isThere` see `bindingOptions`. */
export function workerOptions(code: WorkerCode, isThere?: IsThere): WorkerOptions {
  const [first] = code.modules;
  const source =
    code.mainModule === undefined
      ? { script: Buffer.from(first?.content ?? []).toString() }
      : { modules: orderedModules(code, code.mainModule), modulesRoot: "/" };
  return {
    ...source,
    ...bindingOptions(code, isThere),
    compatibilityDate: supported(code.compatibilityDate),
    compatibilityFlags: [...code.compatibilityFlags],
  };
}

/** Miniflare uses the first module as the entry point. */
function orderedModules(code: WorkerCode, mainModule: string) {
  return [...code.modules]
    .filter(({ contentType }) => contentType !== "application/source-map")
    .sort((a, b) => Number(b.name === mainModule) - Number(a.name === mainModule))
    .map(({ name, contentType, content }) => ({
      type: MODULE_TYPES.get(contentType.split(";")[0]) ?? ("Data" as const),
      path: join("/", name),
      contents: content,
    }));
}

/** Cloudflare supports newer dates than the installed workerd, so we lower them to the newest that it supports. */
function supported(date: string | undefined): string {
  if (date === undefined || date === "") return DEFAULT_COMPATIBILITY_DATE;
  return /^\d{4}-\d\d-\d\d$/.test(date) && date > NEWEST_DATE ? NEWEST_DATE : date;
}
