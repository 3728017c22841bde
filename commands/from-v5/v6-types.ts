import * as fs from "node:fs";
import * as path from "node:path";
import { findPackage } from "../../kit/find-package";

/** What `@pulumi/cloudflare` v6 has in place of a type of v5. */
export type Successor =
  | { readonly kind: "same" }
  /** Its class has v5's type as an alias. */
  | { readonly kind: "alias"; readonly name: string }
  /** It does not know v5's type. */
  | { readonly kind: "unrelated"; readonly name: string }
  | { readonly kind: "none" };

/** The types that v6 has under another name, without an alias. The SDK does not say so. */
const RENAMED: Readonly<Record<string, string>> = {
  "cloudflare:index/workerRoute:WorkerRoute": "WorkersRoute",
  "cloudflare:index/workersDomain:WorkersDomain": "WorkersCustomDomain",
};

const TYPE = /__pulumiType = '(cloudflare:index\/[^']+)'/;
const ALIAS = /aliases: \[\{ type: "([^"]+)" \}\]/;

/** The types of v6, as the classes of its SDK for Node.js name them. */
export class V6Types {
  readonly #own = new Set<string>();
  readonly #byAlias = new Map<string, string>();

  /** @param folder of the SDK. Default: the one that the project has */
  constructor(folder = path.dirname(findPackage("@pulumi/cloudflare") ?? "")) {
    for (const name of fs.readdirSync(folder)) {
      // The functions of the SDK have no type.
      if (!name.endsWith(".js") || /^get[A-Z]/.test(name)) continue;
      const source = fs.readFileSync(path.join(folder, name), "utf8");
      const [, type] = TYPE.exec(source) ?? [];
      // A deprecated class stands for the one under the new name, which has its type as an alias.
      if (type === undefined || source.includes(" is deprecated: ")) continue;
      this.#own.add(type);
      const [, alias] = ALIAS.exec(source) ?? [];
      if (alias !== undefined) this.#byAlias.set(alias, type);
    }
  }

  successorOf(type: string): Successor {
    if (this.#own.has(type)) return { kind: "same" };
    const aliased = this.#byAlias.get(type);
    if (aliased !== undefined) return { kind: "alias", name: className(aliased) };
    const name = RENAMED[type];
    return name === undefined ? { kind: "none" } : { kind: "unrelated", name };
  }
}

/** For example `WorkersRoute`. */
export function className(type: string): string {
  return type.slice(type.lastIndexOf(":") + 1);
}
