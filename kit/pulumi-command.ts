import { quoted } from "./quoted";

/** A stack and its config, as the user named them. */
export interface NamedStack {
  /** The value of `--stack`; undefined means the selected stack. */
  readonly stack: string | undefined;
  /** The value of `--config-file`; undefined means the stack's own file. */
  readonly configFile?: string | undefined;
}

/** A `pulumi` command line for a stack. */
export function pulumiCommand({ stack, configFile }: NamedStack, ...words: readonly string[]): string {
  const file = words[0] === "config" ? configFileOption(configFile) : [];
  return ["pulumi", ...words, ...stackOption(stack), ...file].map(quoted).join(" ");
}

export function configFileOption(file: string | undefined): string[] {
  return file === undefined ? [] : ["--config-file", file];
}

export function stackOption(stack: string | undefined): string[] {
  return stack === undefined ? [] : ["--stack", stack];
}
