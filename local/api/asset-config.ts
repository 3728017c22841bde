import { z } from "zod";
import type { AssetsRouting } from "../runtime/assets";
import { invalid } from "./envelope";

const CONFIG = z.object({
  html_handling: z
    .enum(["auto-trailing-slash", "force-trailing-slash", "drop-trailing-slash", "none"])
    .nullish(),
  not_found_handling: z.enum(["404-page", "single-page-application", "none"]).nullish(),
  run_worker_first: z
    .union([z.boolean(), z.array(z.string().regex(/^!?\//)).refine((rules) => rules.some(isPositive))])
    .nullish(),
  serve_directly: z.boolean().nullish(),
  // A Worker here serves its assets at the root only.
  base_path: z.literal("/").nullish(),
  _headers: z.string().nullish(),
  _redirects: z.string().nullish(),
});

function isPositive(rule: string): boolean {
  return rule.startsWith("/");
}

/** Reads the `assets.config` of an upload. */
export function toConfig(sent: unknown): {
  readonly routing: AssetsRouting;
  /** The files that hold the rest of the config. */
  readonly texts: ReadonlyMap<string, string>;
} {
  const { data, error } = CONFIG.safeParse(sent ?? {});
  if (data === undefined) {
    const field = error.issues[0]?.path.join(".") ?? "";
    throw invalid(
      `'assets.config.${field}' has a value that is not valid, or that this local Cloudflare does not serve.`,
    );
  }
  const { html_handling, not_found_handling, run_worker_first, serve_directly, _headers, _redirects } = data;
  return {
    routing: {
      ...(html_handling && { html_handling }),
      ...(not_found_handling && { not_found_handling }),
      // `serve_directly` is the older name, with the opposite meaning.
      run_worker_first: run_worker_first ?? serve_directly === false,
    },
    texts: new Map([
      ["_headers", _headers ?? ""],
      ["_redirects", _redirects ?? ""],
    ]),
  };
}
