import { configFileOption, type NamedStack, stackOption } from "../../kit/pulumi-command";
import { quoted } from "../../kit/quoted";

/** The secret to rotate, as the user named it. */
export interface Target extends NamedStack {
  /** The config key. */
  readonly key: string;
}

/** The next command line for the same secret and stack. */
export function rotateCommand(
  { key, stack, configFile }: Target,
  option?: "--finish" | "--rollback",
): string {
  const words = [key, option, ...stackOption(stack), ...configFileOption(configFile)].filter(
    (word) => word !== undefined,
  );
  return `npm run rotate -- ${words.map(quoted).join(" ")}`;
}
