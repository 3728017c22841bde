import { CommandError } from "@pulumi/pulumi/automation/errors";

/** Why something failed, without what Pulumi has printed already. */
export function explain(error: unknown): string {
  if (error instanceof CommandError) {
    // The message repeats all that Pulumi has printed. Only the part after the command line is new.
    const unseen = /^ stderr: Command failed[^\n]*\n(error: [^]*?)\n err\?:/m.exec(error.message)?.[1];
    return unseen ?? "Pulumi could not finish: see its output above.";
  }
  return error instanceof Error ? error.message : String(error);
}
