import { isObject, type JsonObject } from "../../kit/json";
import { ApiError } from "./envelope";

/** Parses a JSON object. JSON.parse's own error would quote the text, and perhaps a secret. */
export function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, 10002, "The request body is not valid JSON.");
  }
  if (!isObject(value)) throw new ApiError(400, 10002, "The request body is not a JSON object.");
  return value;
}
