import { quoted } from "./quoted";

/** A `pulumi` command line for a stack; without one, for the selected stack. */
export function pulumiCommand({ stack }: { stack: string | undefined }, ...words: readonly string[]): string {
  return ["pulumi", ...words, ...stackOption(stack)].map(quoted).join(" ");
}

export function stackOption(stack: string | undefined): string[] {
  return stack === undefined ? [] : ["--stack", stack];
}
