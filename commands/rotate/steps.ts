import { previousKey } from "../../component/contract/previous-names";
import { rotateCommand, type Target } from "./again";
import type { Operation } from "./rotation";

/** Messages for an operation: when it begins, when it is in the config, and when it is deployed. */
interface Step {
  readonly title: string;
  readonly config: (key: string) => string;
  readonly done: (target: Target) => string;
}

export const STEPS: Readonly<Record<Operation, Step>> = {
  rotate: {
    title: "Rotating",
    config: (key) => `${key} is the new value, and ${previousKey(key)} the one that it replaces.`,
    done: (target) => `Rotated. When all callers use the new value: ${rotateCommand(target, "--finish")}`,
  },
  rollback: {
    title: "Rolling back",
    config: (key) => `${key} is the previous value again, and ${previousKey(key)} the one that it replaces.`,
    done: (target) =>
      `Rolled back. When all callers use this value again: ${rotateCommand(target, "--finish")}`,
  },
  finish: {
    title: "Finishing the rotation of",
    config: (key) => `${previousKey(key)} is gone.`,
    done: ({ key }) => `Finished. ${key} is the only value now.`,
  },
};
