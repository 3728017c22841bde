import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { SECRET } from "../contract/type-tokens";

/**
 * One secret of a Worker, as a line in the preview and a resource in the state. It makes no request: the script's upload
 * carries the value. The provider masks the whole list of bindings, so without this child no preview could say which
 * secret is created, changed or removed.
 */
export class Secret extends pulumi.ComponentResource {
  /** @param version the source's name of the value's version, which the preview shows */
  constructor(
    name: string,
    { text, version }: { text: pulumi.Input<string>; version: string | undefined },
    opts: pulumi.ComponentResourceOptions,
  ) {
    // A digest, not the text: it changes when the text does, and the state then holds the text only once.
    // The digest is sealed too, because a weak secret could be guessed from its digest.
    super(SECRET, name, { fingerprint: pulumi.secret(fingerprint(text)), version }, opts);
  }

  /** Does nothing, because registering empty outputs would double a secret's cost. */
  protected override registerOutputs(): void {
    // See above.
  }
}

function fingerprint(text: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(text).apply((value) => createHash("sha256").update(value).digest("hex"));
}
