import { Script } from "node:vm";

/** Whether a text can be the name of a binding, which is a variable in the Worker. */
export function isVariableName(name: string): boolean {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) {
    return false;
  }
  try {
    // Compiled, never run: reserved words such as `class` are names, but not of variables.
    new Script(`var ${name}`);
    return true;
  } catch {
    return false;
  }
}
