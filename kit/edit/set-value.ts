import type { PulumiCli } from "../pulumi-cli";

/**
 * Sets a value of a stack's config through Pulumi, which can encrypt for every secrets provider.
 *
 * @param file the file to edit, which may be a copy of the stack's own
 * @param words the arguments that name the value: a key, or `--path` and a path
 */
export async function setValue(
  cli: PulumiCli,
  { stack, file }: { readonly stack: string; readonly file: string },
  {
    words,
    value,
    secret,
  }: { readonly words: readonly string[]; readonly value: string; readonly secret: boolean },
): Promise<void> {
  const kind = secret ? "--secret" : "--plaintext";
  // Pulumi strips one line feed from the end of its input.
  await cli.run(["config", "set", ...words, kind, "--stack", stack, "--config-file", file], `${value}\n`);
}
