import type { ResourceValidationArgs } from "@pulumi/policy";
import { WORKERS_SCRIPT } from "../component/contract/type-tokens";
import { knownItems, knownText } from "./known";

/** The provider's resources that upload a Worker's code with bindings. */
export const UPLOADS: readonly string[] = [
  WORKERS_SCRIPT,
  "cloudflare:index/workerScript:WorkerScript",
  "cloudflare:index/workerVersion:WorkerVersion",
];

export const SECRET_TYPES = ["secret_text", "secret_key"];

export interface WorkerBinding {
  /** Its place in the list. */
  readonly index: number;
  /** `bindings[<index>]` if a preview does not know the name yet. */
  readonly name: string;
  /** In lower case, because the provider takes a type in any case. */
  readonly type: string;
  /** Another input of it. Only a policy that needs a value reads one. */
  readonly text: (property: string) => string | undefined;
}

/** The bindings of a Worker's upload; none for a resource of another type. */
export function bindingsOf({ type, props }: Pick<ResourceValidationArgs, "type" | "props">): WorkerBinding[] {
  if (!UPLOADS.includes(type)) return [];
  return knownItems(() => props.bindings as unknown).flatMap((item, index) => {
    const text = (property: string) => item && knownText(() => item[property]);
    const kind = text("type")?.toLowerCase();
    return kind === undefined
      ? []
      : [{ index, name: text("name") ?? `bindings[${index}]`, type: kind, text }];
  });
}
