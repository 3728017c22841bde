import { stackOption } from "../../kit/pulumi-command";
import { quoted } from "../../kit/quoted";

/** The secret to rotate, as the user named it. */
export interface Target {
  /** The config key. */
  readonly key: string;
  /** The value of `--stack`; undefined means the selected stack. */
  readonly stack: string | undefined;
}

/** The next command line for the same secret and stack. */
export function rotateCommand({ key, stack }: Target, option?: "--finish" | "--rollback"): string {
  const words = [key, option, ...stackOption(stack)].filter((word) => word !== undefined);
  return `npm run rotate -- ${words.map(quoted).join(" ")}`;
}
