import { createRequire } from "node:module";

// Miniflare imports this file, and Node imports no TypeScript.
export const { plugins } = createRequire(import.meta.url)("./secret-key.ts");
