import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { parseEnv } from "node:util";
import type { RegisterResourceRequest, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import type { StandIn } from "../../component/contract/stand-in";
import { SECRET, WORKERS_SCRIPT } from "../../component/contract/type-tokens";
import { fromStruct, isObject, type Properties, toStruct } from "../provider/values";

/** Values for secrets in a file of lines `NAME=value`, as Wrangler reads it. The file may be missing. */
export class DevVars {
  #values: ReadonlyMap<string, string> = new Map();
  readonly #used = new Set<string>();

  constructor(private readonly file: string) {}

  /** The names that were secrets of Workers when the program last ran. */
  get used(): string[] {
    return [...this.#used];
  }

  /** The names that were not. */
  get unused(): string[] {
    return [...this.#values.keys()].filter((name) => !this.#used.has(name));
  }

  read(): void {
    const text = fs.existsSync(this.file) ? fs.readFileSync(this.file, "utf8") : "";
    const values = Object.entries(parseEnv(text) as Record<string, string>);
    // A secret is never empty: such a line is one of .dev.vars.example that is not filled in.
    this.#values = new Map(values.filter(([, value]) => value !== ""));
    this.#used.clear();
  }

  /** Answers the component's question for a value, so that it waits for no secrets manager. */
  readonly answer = (question: unknown): void => {
    const asked = question as StandIn;
    asked.text = this.#values.get(asked.name);
    if (asked.text !== undefined) this.#used.add(asked.name);
  };

  /**
   * Replaces the secrets in a registration that the program makes. The engine then has the file's values, sealed as the
   * program's own are.
   *
   * @returns what gives the program its own values back, because it may compare them with what it declared
   */
  replaceIn(request: RegisterResourceRequest): (response: RegisterResourceResponse) => void {
    const inputs = fromStruct(request.getObject());
    if (request.getType() === SECRET) {
      const name = request.getName();
      const value = this.#values.get(name.slice(name.lastIndexOf("/") + 1));
      // Its fingerprint is what makes a new value show in the preview.
      if (value !== undefined)
        request.setObject(toStruct({ ...inputs, fingerprint: fingerprintOf(inputs, value) }));
    } else if (request.getType() === WORKERS_SCRIPT && this.#values.size > 0) {
      const own = new Map<string, string>();
      const replaced = withTexts(inputs, (name, text) => {
        const value = this.#values.get(name);
        if (value === undefined) return text;
        own.set(name, text);
        this.#used.add(name);
        return value;
      });
      request.setObject(toStruct(replaced));
      return (response) => {
        const outputs = withTexts(fromStruct(response.getObject()), (name, text) => own.get(name) ?? text);
        response.setObject(toStruct(outputs));
      };
    }
    return () => undefined;
  }
}

/** Maps the texts of all secret_text bindings in properties, at any depth and sealed or not. */
function withTexts(properties: Properties, map: (name: string, text: string) => string): Properties {
  const mapped = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(mapped);
    return isObject(value) ? withTexts(value, map) : value;
  };
  const { type, name, text } = properties;
  if (type === "secret_text" && typeof name === "string") {
    return { ...properties, text: mapText(text, (plain) => map(name, plain)) };
  }
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, mapped(value)]));
}

/** Maps a text that may be sealed. */
function mapText(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  return isObject(value) ? { ...value, value: mapText(value["value"], map) } : value;
}

function fingerprintOf({ fingerprint }: Properties, value: string): unknown {
  return mapText(fingerprint, () => createHash("sha256").update(value).digest("hex"));
}
