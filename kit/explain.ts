import { CommandError } from "@pulumi/pulumi/automation";

/** The reason of a failure that is not on the screen yet. */
export function explain(error: unknown): string {
  if (error instanceof CommandError) {
    // Its message repeats all that Pulumi has printed; what is missing stands after the command line.
    const unseen = /^ stderr: Command failed[^\n]*\n(error: [^]*?)\n err\?:/m.exec(error.message)?.[1];
    return unseen ?? "Pulumi could not finish: see its output above.";
  }
  return error instanceof Error ? error.message : String(error);
}
