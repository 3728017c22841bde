import type { Json } from "./json";

/** The longest line before a list or an object gets a line for each entry. */
const WIDTH = 100;

/** TypeScript that is not a literal. */
export class Expression {
  constructor(readonly text: string) {}
}

/** A value of the program: literals, and expressions at any depth. */
export type Value = Json | Expression | readonly Value[] | { readonly [key: string]: Value };

/**
 * Prints a value as TypeScript.
 *
 * @param indent the depth of the line on which it begins
 */
export function print(value: Value, indent = 0): string {
  if (value instanceof Expression) return value.text;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const [open, close] = isList ? ["[", "]"] : ["{ ", " }"];
  const parts = isList
    ? (value as readonly Value[]).map((part) => print(part, indent + 1))
    : Object.entries(value).map(([key, part]) => entry(key, print(part, indent + 1)));
  if (parts.length === 0) return isList ? "[]" : "{}";
  const line = open + parts.join(", ") + close;
  if (!line.includes("\n") && line.length + 2 * indent < WIDTH) return line;
  const inner = "  ".repeat(indent + 1);
  return `${open.trim()}\n${parts.map((part) => `${inner}${part},\n`).join("")}${"  ".repeat(indent)}${close.trim()}`;
}

/** Whether an expression in the value has the word. */
export function mentions(value: Value, word: string): boolean {
  if (value instanceof Expression) return value.text.includes(word);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((part) => mentions(part, word));
}

function entry(key: string, text: string): string {
  return text === key || text.startsWith("...")
    ? text
    : `${/^[a-z_$][\w$]*$/i.test(key) ? key : JSON.stringify(key)}: ${text}`;
}
