import { parsePlace, printPlace } from "../../component/contract/property-path";
import type { Kept, Place } from "../../kit/config-place";
import type { DecryptedConfig } from "../../kit/decrypted-config";
import type { Target } from "./again";
import { Refused } from "./rotation";

/** A stack's config, decrypted, and how its file holds the values. */
export interface Config {
  readonly values: DecryptedConfig;
  readonly kept: (place: Place) => Kept | undefined;
}

/**
 * Finds out what the user's name of a secret means. A key goes before a path, because a key may have dots. A path has one
 * name from then on, however it was written: the name that the state and the keys of its rotation have.
 *
 * @throws Refused if that name is also the name of a key
 */
export function locate({ values }: Config, target: Target): Target {
  const { key } = target;
  const place = values.find(key) === undefined ? parsePlace(key) : undefined;
  if (place === undefined || values.find(place.key) === undefined) return { ...target, place: undefined };
  const name = printPlace(place);
  if (values.find(name) !== undefined) {
    throw new Refused(
      `"${name}" is a key in the config and a path into ${place.key}, and the two would share the keys of a rotation. ` +
        "Give the key another name.",
    );
  }
  return { ...target, key: name, place };
}

/** Whether the name is that of a secret. */
export function isSecret(config: Config, target: Target): boolean {
  const { key, place } = locate(config, target);
  return place === undefined ? config.values.find(key)?.secret === true : config.kept(place) === "secure";
}
