/** The name under which a Worker's `content` is uploaded. It imports the other modules, and names its source map, from there. */
export const MAIN_MODULE = "script.js";
