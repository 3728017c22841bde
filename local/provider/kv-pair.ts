import type { Api } from "./api";
import type { Properties } from "./values";

/** A form with the part `value`, and `metadata` if the program sets it. */
export function pairForm({ value, metadata }: Properties): FormData {
  const form = new FormData();
  if (typeof metadata === "string") form.append("metadata", metadata);
  if (typeof value === "string") form.append("value", value);
  return form;
}

/** A value is read as it is, and its metadata from a path of its own. */
export async function readPair(api: Api, path: string): Promise<Properties> {
  const metadata = await api.send("get", path.replace("/values/", "/metadata/"));
  const value = Buffer.from(await (await api.fetch(path)).arrayBuffer()).toString();
  return {
    value,
    ...(metadata !== null && metadata !== undefined && { metadata: JSON.stringify(metadata) }),
  };
}
