import { specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

/** A resource's inputs or outputs, by Pulumi's camelCase names. */
export type Properties = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function fromStruct(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}

export function toStruct(properties: Properties): Struct {
  // A Struct cannot hold undefined; the round trip through JSON drops such properties.
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>);
}

/** Marks a value secret for the engine, which then encrypts it in the state and masks it everywhere. */
export function seal(value: unknown): unknown {
  if (value === undefined || value === null || value === unknownValue) return value;
  return { [specialSigKey]: specialSecretSig, value };
}

/** Collects the texts that `seal` has marked, at any depth. */
export function sealedTexts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(sealedTexts);
  if (!isObject(value)) return [];
  if (value[specialSigKey] !== specialSecretSig) return Object.values(value).flatMap(sealedTexts);
  return typeof value.value === "string" ? [value.value] : [];
}

/** Reads a property that must be text: anything else is a bug in the caller. */
export function text(properties: Properties, key: string): string {
  const value = properties[key];
  if (typeof value !== "string") throw new TypeError(`${key} must be a string`);
  return value;
}

function mapKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapKeys(item, rename));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [rename(key), mapKeys(item, rename)] as const);
  return Object.fromEntries(entries);
}

export function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(key: string): string {
  return key.replaceAll(/[_/]+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Renames keys from Pulumi's names to the API's, at every depth. */
export function toApi(value: unknown): unknown {
  return mapKeys(value, snakeCase);
}

/** Renames keys from the API's names to Pulumi's, at every depth. */
export function fromApi(value: unknown): Properties {
  const mapped = mapKeys(value, camelCase);
  return isObject(mapped) ? mapped : {};
}

/** Keeps the named properties that have a value. */
export function pick(properties: Properties, keys: readonly string[]): Properties {
  const entries = Object.entries(properties);
  return Object.fromEntries(entries.filter(([key, value]) => keys.includes(key) && value !== null));
}

/** Reduces a value to the fields that another has, at every depth: what the API fills in is left out. */
export function within(wanted: unknown, value: unknown): unknown {
  if (Array.isArray(wanted) && Array.isArray(value)) {
    return value.map((item, at) => within(wanted[at] ?? wanted[0], item));
  }
  if (!isObject(wanted) || !isObject(value)) return value;
  const entries = Object.entries(value).filter(([key]) => key in wanted);
  return Object.fromEntries(entries.map(([key, item]) => [key, within(wanted[key], item)]));
}
