import "../../kit/lazy-closures";
import * as cloudflare from "@pulumi/cloudflare";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { script } from "./provider-stack";

export const PUT = "PUT /workers/scripts/script_1";

/** A program with one WorkersScript, without the component. */
export function worker(args: Partial<cloudflare.WorkersScriptArgs> = {}, options?: CustomResourceOptions) {
  return () => {
    const made = new cloudflare.WorkersScript("worker", script(args), options);
    return Promise.resolve({ id: made.id, etag: made.etag, handlers: made.handlers });
  };
}
