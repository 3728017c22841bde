import { RunError } from "@pulumi/pulumi";

/**
 * Loads a secrets manager's own client. It is not a dependency of this project: only a program that calls the function
 * needs it.
 *
 * @throws RunError with the command that installs the package, if it is missing
 */
export function loadClient(name: string, user: string): unknown {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it in every program
    return require(name);
  } catch (error) {
    // The same code says that a file of an installed package is missing.
    if (!String(error).includes(`Cannot find module '${name}'`)) throw error;
    throw new RunError(`${user} needs the package ${name}, which is not installed: npm install ${name}`);
  }
}
