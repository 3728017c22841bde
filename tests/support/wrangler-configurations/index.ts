import { CODE } from "./code";
import type { Configuration } from "./configuration";
import { DATA } from "./data";
import { SETTINGS } from "./settings";

/** Configurations that together use the whole reference of Wrangler's configuration, by the name of their project. */
export const CONFIGURATIONS: Readonly<Record<string, Configuration>> = { ...SETTINGS, ...DATA, ...CODE };
