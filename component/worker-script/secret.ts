import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { SECRET } from "../contract/type-tokens";

/**
 * One secret of a Worker, as a line in the preview and a resource in the state. It makes no request: the script's upload
 * carries the value. The provider masks the whole list of bindings, so without this child no preview could say which
 * secret is created, changed or removed.
 */
export class Secret extends pulumi.ComponentResource {
  /** @param text the value; undefined if the Worker keeps the one that it has, and this resource its fingerprint */
  constructor(name: string, text: pulumi.Input<string> | undefined, opts: pulumi.ComponentResourceOptions) {
    const isKept = text === undefined;
    // A digest, not the text: it changes when the text does, and the state then holds the text only once.
    // The digest is sealed too, because a weak secret could be guessed from its digest.
    const inputs = isKept ? {} : { fingerprint: pulumi.secret(fingerprint(text)) };
    super(SECRET, name, inputs, isKept ? { ...opts, ignoreChanges: ["fingerprint"] } : opts);
  }

  /** Does nothing, because registering empty outputs would double a secret's cost. */
  protected override registerOutputs(): void {
    // See above.
  }
}

function fingerprint(text: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(text).apply((value) => createHash("sha256").update(value).digest("hex"));
}
