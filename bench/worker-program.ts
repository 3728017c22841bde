import type { PulumiFn } from "@pulumi/pulumi/automation";
import { WorkerScript } from "../component";

export const ACCOUNT_ID = "0123456789abcdef0123456789abcdef";
export const PASSPHRASE = "a passphrase of the bench's own";
export const CONTENT = "export default { fetch: (_, env) => Response.json(Object.keys(env)) };\n";

/** Secrets of a usual length; with `changed`, the first one has another value. */
export function secrets(count: number, changed = ""): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `SECRET_${String(index).padStart(3, "0")}`,
      `${index === 0 ? changed : ""}value-${index}`.padEnd(40, "x"),
    ]),
  );
}

/** A program with one Worker, declared with the component. */
export function workerProgram(name: string, values: Readonly<Record<string, string>>): PulumiFn {
  return () => {
    new WorkerScript("worker", {
      accountId: ACCOUNT_ID,
      name,
      content: CONTENT,
      secretTextBindings: Object.entries(values).map(([binding, text]) => ({ name: binding, text })),
    });
    return Promise.resolve({});
  };
}
