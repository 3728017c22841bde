import { CODE } from "./code";
import type { Configuration } from "./configuration";
import { DATA } from "./data";
import { SETTINGS } from "./settings";

/** Configurations by the name of their project. Keys that are only reported are in `tests/unit/adopt`. */
export const CONFIGURATIONS: Readonly<Record<string, Configuration>> = { ...SETTINGS, ...DATA, ...CODE };
