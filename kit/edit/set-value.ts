import type { PulumiCli } from "../pulumi-cli";

/**
 * Sets a key of a stack's config through Pulumi, which can encrypt for every secrets provider.
 *
 * @param file the file to edit, which may be a copy of the stack's own
 */
export async function setValue(
  cli: PulumiCli,
  { stack, file }: { readonly stack: string; readonly file: string },
  { key, value, secret }: { readonly key: string; readonly value: string; readonly secret: boolean },
): Promise<void> {
  const kind = secret ? "--secret" : "--plaintext";
  // Pulumi strips one line feed from the end of its input.
  await cli.run(["config", "set", key, kind, "--stack", stack, "--config-file", file], `${value}\n`);
}
