import type { HiddenInput } from "./terminal";

/**
 * Makes the first call that needs the passphrase of a stack. If it is not in the environment, asks for it as Pulumi does,
 * and puts it there for all that follows: the CLI, the engine and the program.
 *
 * @param hidden undefined if there is no terminal
 * @throws Interrupted
 */
export async function unlocked<T>(
  stack: string,
  hidden: HiddenInput | undefined,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  const question = `Enter your passphrase to unlock config/secrets for stack ${stack}: `;
  for (let wrong = ""; ; wrong = "Incorrect passphrase. ") {
    try {
      return await call();
    } catch (error) {
      const { message } = error as Error;
      const isMissing = message.includes("passphrase must be set with PULUMI_CONFIG_PASSPHRASE");
      // One in the environment that is wrong is an error, as for Pulumi.
      const isWrong = wrong !== "" && message.includes("incorrect passphrase");
      if (!isMissing && !isWrong) throw error;
      if (hidden === undefined) {
        throw new Error(
          `The passphrase of stack ${stack} is missing: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE ` +
            "to a file that holds it. On a terminal, the command asks for it.",
          { cause: error },
        );
      }
      process.env.PULUMI_CONFIG_PASSPHRASE = await hidden.ask(
        isMissing ? question : wrong + question,
        signal,
      );
    }
  }
}
