/** A Worker's code that the program bundled. */
export interface MadeBundle {
  /** The project's sources of it, as absolute paths. */
  readonly files: ReadonlySet<string>;
  readonly content: string;
  readonly modules: Readonly<
    Record<string, { readonly contentType: string; readonly contentBase64: string }>
  >;
  /** Bundles what the sources are now. Throws as `bundle` does. */
  readonly again: () => Pick<MadeBundle, "content" | "modules">;
}

/** The channel of `node:diagnostics_channel` that gets each bundle as a MadeBundle. `npm run dev` listens. */
export const BUNDLES = "cloudflare-worker-secrets:bundle";
