import { commandLine } from "../../component/contract/command-line";
import type { ConfigPlace } from "../../component/contract/property-path";
import { configFileOption, type NamedStack, stackOption } from "../../kit/pulumi-command";
import { quoted } from "../../kit/quoted";

/** The secret to rotate, as the user named it. */
export interface Target extends NamedStack {
  /** The config key, or the path into an object or a list of the config. */
  readonly key: string;
  /** What `key` names, once the config was read. Default: a key. */
  readonly place?: ConfigPlace | undefined;
}

/** The next command line for the same secret and stack. */
export function rotateCommand(
  { key, stack, configFile }: Target,
  option?: "--finish" | "--rollback",
): string {
  const words = [key, option, ...stackOption(stack), ...configFileOption(configFile)].filter(
    (word) => word !== undefined,
  );
  return commandLine("rotate", words.map(quoted));
}
