import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { SECRET } from "./contract/type-tokens";

/** What is recorded of a secret's value. */
export interface RecordedValue {
  /** Its fingerprint is recorded. */
  readonly text: pulumi.Input<string>;
  /** The source's name of the value's version, which the preview shows. Default: unknown. */
  readonly version?: string | undefined;
}

/**
 * One secret of a Worker, as a line in the preview and a resource in the state. It makes no request: the script's upload
 * carries the value. The provider masks the whole list of bindings, so without this child no preview could say which
 * secret is created, changed or removed.
 */
export class Secret extends pulumi.ComponentResource {
  /** @param value undefined if the Worker keeps the one that it has, and this resource what it recorded of it */
  constructor(name: string, value: RecordedValue | undefined, opts: pulumi.ComponentResourceOptions) {
    // A digest, not the text: it changes when the text does, and the state then holds the text only once.
    // The digest is sealed too, because a weak secret could be guessed from its digest.
    const inputs = value && { fingerprint: pulumi.secret(fingerprint(value.text)), version: value.version };
    const kept = { ...opts, ignoreChanges: ["fingerprint", "version"] };
    super(SECRET, name, inputs, value === undefined ? kept : opts);
  }

  /** Does nothing, because registering empty outputs would double a secret's cost. */
  protected override registerOutputs(): void {
    // See above.
  }
}

function fingerprint(text: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(text).apply((value) => createHash("sha256").update(value).digest("hex"));
}
