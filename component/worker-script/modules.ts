import type { types } from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";

/** A further file of the Worker: code, WebAssembly, text or data that `content` imports, or its source map. */
export interface WorkerModule {
  /**
   * What the import gives: `application/wasm` a `WebAssembly.Module`, `text/plain` a string, `application/octet-stream`
   * an `ArrayBuffer`, `application/javascript+module` an ES module, `application/javascript` a CommonJS module.
   * `application/source-map` is not imported; Cloudflare reads it.
   */
  contentType: pulumi.Input<string>;
  /** The content as text; or else `contentBase64`. */
  content?: pulumi.Input<string> | undefined;
  /** The content in base64, for example `fs.readFileSync("add.wasm", "base64")`; or else `content`. */
  contentBase64?: pulumi.Input<string> | undefined;
}

type Files = Record<string, types.input.WorkersScriptFiles>;

/** Turns checked modules into the provider's form, which takes base64 only; undefined if there are none. */
export function filesOf(
  modules: pulumi.Input<Readonly<Record<string, pulumi.Input<WorkerModule>>>>,
): pulumi.Output<Files | undefined> {
  return pulumi.output(modules).apply((known) => {
    const files = Object.entries(known).map(([name, { contentType, content, contentBase64 }]) => {
      // The check has found one of the two.
      const base64 = contentBase64 ?? Buffer.from(content as string).toString("base64");
      return [name, { contentType, contentBase64: base64 }] as const;
    });
    return files.length === 0 ? undefined : Object.fromEntries(files);
  });
}
