import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { SECRET } from "../contract/type-tokens";

/**
 * One secret of a Worker, as a line of the preview and an entry of the state's inventory. This resource makes no request:
 * the value travels in the script's upload. The provider masks the whole list of bindings, so without this
 * child no preview could say which secret is created, changed or removed.
 */
export class Secret extends pulumi.ComponentResource {
  constructor(name: string, text: pulumi.Input<string>, opts: pulumi.ComponentResourceOptions) {
    // A digest, not the text: it changes when the text does, and the state holds the text once only.
    // The digest is sealed too, because a weak secret could be guessed from its digest.
    super(SECRET, name, { fingerprint: pulumi.secret(fingerprint(text)) }, opts);
  }

  /** Skipped: registering that a secret has no outputs would double its cost. */
  protected override registerOutputs(): void {
    // Nothing.
  }
}

function fingerprint(text: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(text).apply((value) => createHash("sha256").update(value).digest("hex"));
}
