import { placeWords, printPlace, unnameable } from "../../component/contract/property-path";
import { pulumiCommand } from "../../kit/pulumi-command";
import { rotateCommand, type Target } from "./again";
import { type Config, isSecret, locate } from "./locate";
import { type Held, Refused } from "./rotation";
import { placeOf, slotsOf } from "./slots";

/** A secret in the config, and what it and its rotation hold. */
export interface Found {
  readonly target: Target;
  readonly held: Held;
}

/**
 * Finds a secret and its rotation in the config of a stack.
 *
 * @throws Error if the stack has no such secret
 * @throws Refused if the value belongs to another secret's rotation, is structured, or has no place for a previous value
 */
export function heldIn(config: Config, stack: string, asked: Target): Found {
  const target = locate(config, asked);
  const { values } = config;
  const { key } = target;
  const place = placeOf(target);
  const slots = slotsOf(target);
  const set = (...words: string[]) =>
    pulumiCommand({ ...target, stack }, "config", "set", "--secret", ...words);
  const structured = Object.values(slots).find((slot) => values.isStructured(slot));
  if (structured !== undefined) {
    throw new Refused(
      `"${printPlace(structured)}" is an object or a list in the config of stack ${stack}, and only a value that is one ` +
        "text can be rotated. Name a text in it by its path, such as database.password, or give the secret a key of its " +
        `own: ${set("KEY")}`,
    );
  }
  refusePart(config, stack, target);
  const base = target.key.replace(/-(?:previous|retired|rotation)("\])?$/, "$1");
  if (base !== key && isSecret(config, { ...target, key: base })) {
    throw new Refused(
      `"${key}" is kept by the rotation of ${base}, and is not rotated by itself. To drop the previous value: ` +
        rotateCommand({ ...target, key: base }, "--finish"),
    );
  }
  const isInClear =
    place.path.length === 0 ? values.find(key)?.secret === false : config.kept(place) === "plain";
  if (isInClear) {
    throw new Error(
      `"${key}" is in clear in the config of stack ${stack}. Encrypt it first: ${set(...placeWords(place))}`,
    );
  }
  const current = values.textAt(place);
  if (current === undefined) {
    const known = values.secretKeys().join(", ") || "none";
    throw new Error(
      `Stack ${stack} has no secret "${key}" in its config. It has: ${known}. To add it: ${set(...placeWords(place))}`,
    );
  }
  const { previous, retired, mark } = slots;
  const held = {
    current,
    previous: values.textAt(previous),
    retired: values.textAt(retired),
    mark: values.textAt(mark),
  };
  return { target, held };
}

/** Refuses a path to what cannot be set on its own, or has nothing beside it. */
function refusePart({ kept }: Config, stack: string, target: Target): void {
  const { key, path } = placeOf(target);
  const name = printPlace({ key, path });
  const pulumi = (...words: string[]) => pulumiCommand({ ...target, stack }, "config", ...words);
  const sign = unnameable({ key, path });
  if (sign !== undefined) {
    throw new Refused(
      `"${name}" has a part whose name has ${sign}, which is not supported: Pulumi's commands cannot name it and the keys of its ` +
        `rotation. In the config of stack ${stack}, keep the value under a name of letters, digits, "-" and "_", or in a key of ` +
        `its own: ${pulumi("set", "--secret", "KEY")}\nThen give configSecret the new name.`,
    );
  }
  if (/ text$/.test(kept({ key, path }) ?? "")) {
    throw new Refused(
      `"${name}" is in one text of the config of stack ${stack}, not in an object, and Pulumi would replace all of that text. ` +
        `Remove ${key}, and set each part of it by its path:\n  - ${pulumi("get", key)}\n  - ${pulumi("rm", key)}\n  - ` +
        pulumi("set", "--secret", "--path", name),
    );
  }
  if (typeof path.at(-1) === "number") {
    throw new Refused(
      `"${name}" is an item of a list, which has no place beside it for the previous value. Keep the value under a name, in an ` +
        `object or in a key of its own: ${pulumi("set", "--secret", "KEY")}\nTo change it in the list, so that the next deploy ` +
        `refuses callers with the old value: ${pulumi("set", "--secret", "--path", name)}`,
    );
  }
}
