import { isObject, type JsonObject } from "../../kit/json";
import { ApiError } from "./envelope";

/** Parses a JSON object. JSON.parse's own error would quote the text, and perhaps a secret. */
export function parseObject(text: string): JsonObject {
  const value = parse(text);
  if (!isObject(value)) throw new ApiError(400, 10002, "The request body is not a JSON object.");
  return value;
}

/** Parses a JSON list of objects. */
export function parseObjects(text: string): JsonObject[] {
  const value = parse(text);
  if (!Array.isArray(value) || !value.every(isObject)) {
    throw new ApiError(400, 10002, "The request body is not a JSON list of objects.");
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 10002, "The request body is not valid JSON.");
  }
}
