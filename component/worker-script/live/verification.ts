import type * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { VERIFICATION } from "../../contract/type-tokens";
import type { LiveGuard } from "./live-guard";

/**
 * Records that the Worker was seen to be as declared after its last upload. Each upload changes this resource, and its
 * hook looks at the Worker and throws if it differs. The state then keeps the upload before, so the next preview and the
 * next deploy change this resource and look again, also if the run was killed after the upload, until all is as declared.
 */
export class Verification extends pulumi.ComponentResource {
  constructor(parent: pulumi.Resource, name: string, script: cloudflare.WorkersScript, guard: LiveGuard) {
    super(
      VERIFICATION,
      name,
      { upload: script.modifiedOn },
      { parent, hooks: guard.verificationHooks(script) },
    );
  }

  /** Does nothing: there are no outputs. */
  protected override registerOutputs(): void {
    // See above.
  }
}
