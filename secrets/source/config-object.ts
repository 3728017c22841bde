import * as pulumi from "@pulumi/pulumi";
import { parsePropertyPath, printPlace } from "../../component/contract/property-path";
import { setCommand } from "../../component/contract/secret-list";

/** An object or a list in the stack's config. */
export class ConfigObject {
  readonly #value: unknown;

  /** @param name the key as messages name it, which quote no value */
  constructor(
    config: pulumi.Config,
    key: string,
    private readonly name: string,
  ) {
    // Pulumi's own getters of an object give an Output, from which a missing part could not be told in time.
    this.#value = parse(pulumi.runtime.getConfig(`${config.name}:${key}`));
  }

  /** @throws pulumi.RunError if the path is malformed, or has no text */
  require(path: string): string {
    const steps = parsePropertyPath(path);
    if (steps === undefined) {
      throw new pulumi.RunError(
        "configSecret: path: expected a path as pulumi config set --path takes it, such as password, users[0].token or " +
          '["a b"].',
      );
    }
    const text = this.find(path);
    if (text !== undefined) return text;
    const place = { key: this.name, path: steps };
    throw new pulumi.RunError(
      `The config has no text at "${printPlace(place)}". Set it: ${setCommand(place)}`,
    );
  }

  /** Returns the text at a path, or a whole number or a boolean as text. */
  find(path: string): string | undefined {
    const value = parsePropertyPath(path)?.reduce(part, this.#value);
    if (typeof value === "string") return value;
    // Of other numbers, neither Pulumi nor JavaScript keeps every digit.
    return typeof value === "boolean" || Number.isSafeInteger(value) ? String(value) : undefined;
  }
}

/** A list has a length, and every object has what it inherits: neither is a part of it. */
function part(whole: unknown, step: string | number): unknown {
  if (Array.isArray(whole)) return typeof step === "number" ? (whole as unknown[])[step] : undefined;
  return typeof whole === "object" && whole !== null && Object.hasOwn(whole, step)
    ? (whole as Record<string | number, unknown>)[step]
    : undefined;
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // Node's message quotes the text.
    return undefined;
  }
}
