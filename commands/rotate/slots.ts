import { previousPlace } from "../../component/contract/previous-names";
import {
  type ConfigPlace,
  placeWords,
  printPlace,
  printPropertyPath,
} from "../../component/contract/property-path";
import { pulumiCommand } from "../../kit/pulumi-command";
import type { Target } from "./again";
import type { Held } from "./rotation";

/**
 * The places in the config that hold a secret and its rotation. The previous value is beside a value in an object, because
 * the program reads both. What the program does not read has keys of its own: a program that takes all texts in the object
 * must not take a retired value for a valid one, and a new mark must not look like a change that is not deployed.
 */
export function slotsOf(target: Target): Record<keyof Held, ConfigPlace> {
  const current = placeOf(target);
  const name = printPlace(current);
  return {
    current,
    previous: previousPlace(current),
    retired: { key: `${name}-retired`, path: [] },
    mark: { key: `${name}-rotation`, path: [] },
  };
}

export function placeOf({ key, place }: Target): ConfigPlace {
  return place ?? { key, path: [] };
}

/** The command that removes a part of a rotation. */
export function removeCommand(target: Target, slot: keyof Held): string {
  return pulumiCommand(target, "config", "rm", ...placeWords(slotsOf(target)[slot]));
}

/** The call that declares the secret in a program. */
export function configSecretCall(target: Target): string {
  const { key, path } = placeOf(target);
  const options = path.length === 0 ? "" : `, { path: ${JSON.stringify(printPropertyPath(path))} }`;
  return `configSecret(${JSON.stringify(key)}${options})`;
}
