import { CommandError } from "@pulumi/pulumi/automation/errors";

/** Explains an error, without the output that Pulumi has already printed. */
export function explain(error: unknown): string {
  if (error instanceof CommandError) {
    // The message repeats all of Pulumi's output. Only the part after the command line is new.
    const unseen = /^ stderr: Command failed[^\n]*\n(error: [^]*?)\n err\?:/m.exec(error.message)?.[1];
    return unseen ?? "Pulumi could not finish: see its output above.";
  }
  return error instanceof Error ? error.message : String(error);
}
