import { previousKey } from "../../component/contract/previous-names";
import { parsePropertyPath } from "../../component/contract/property-path";
import { pulumiCommand } from "../../kit/pulumi-command";
import { rotateCommand, type Target } from "./again";
import { type ConfigEntries, keysOf } from "./config-entries";
import { type Held, Refused } from "./rotation";

/**
 * Finds a secret and its rotation in the config of a stack.
 *
 * @throws Error if the stack has no such secret
 * @throws Refused if the value belongs to another secret's rotation or is structured
 */
export function heldIn(config: ConfigEntries, stack: string, target: Target): Held {
  const set = (key: string) => pulumiCommand({ ...target, stack }, "config", "set", "--secret", key);
  const structured = config.structured(target.key);
  if (structured !== undefined) {
    throw new Refused(
      `"${structured}" is an object or a list in the config of stack ${stack}, and only a value that is one ` +
        `text can be rotated. ${byHand(stack, target) ?? `Give the secret a key of its own: ${set("KEY")}`}`,
    );
  }
  const [, base = ""] = /^(.+)-(?:previous|retired|rotation)$/.exec(target.key) ?? [];
  if (config.find(base)?.secret) {
    throw new Refused(
      `"${target.key}" is kept by the rotation of ${base}, and is not rotated by itself. To drop the previous value: ` +
        rotateCommand({ ...target, key: base }, "--finish"),
    );
  }
  const entry = config.find(target.key);
  if (entry?.value === undefined) {
    const known = config.secretKeys().join(", ") || "none";
    throw new Error(
      `Stack ${stack} has no secret "${target.key}" in its config. It has: ${known}. To add it: ${set(target.key)}`,
    );
  }
  if (!entry.secret) {
    throw new Error(
      `"${target.key}" is in clear in the config of stack ${stack}. Encrypt it first: ${set(target.key)}`,
    );
  }
  const { previous, retired, mark } = keysOf(target.key);
  return {
    current: entry.value,
    previous: config.find(previous)?.value,
    retired: config.find(retired)?.value,
    mark: config.find(mark)?.value,
  };
}

/** How to rotate a value at a path, if it has a place beside it for the previous value. */
function byHand(stack: string, target: Target): string | undefined {
  const { key } = target;
  const previous = previousKey(key);
  if ((parsePropertyPath(key)?.length ?? 0) < 2 || parsePropertyPath(previous) === undefined)
    return undefined;
  const pulumi = (...words: string[]) => pulumiCommand({ ...target, stack }, ...words);
  const set = (path: string) => pulumi("config", "set", "--path", "--secret", path);
  return (
    `Rotate "${key}" with pulumi config set: the first command keeps the value as the previous one, the second asks for ` +
    `the new one.\n  - ${pulumi("config", "get", "--path", key)} | ${set(previous)}\n  - ${set(key)}\n` +
    `Deploy then. When all callers use the new value, remove the previous one and deploy: ` +
    pulumi("config", "rm", "--path", previous)
  );
}
