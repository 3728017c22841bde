import { RunError } from "@pulumi/pulumi";

/**
 * Says why a source has no value to give, and how to fix that. `WorkerScript` lists the message among its problems, and
 * Pulumi prints it without a stack trace. It never contains a value, nor text that a source has answered.
 */
export class SourceError extends RunError {}
