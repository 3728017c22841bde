import { optionalString } from "../../kit/json";
import type { Version } from "./worker";

/** Returns a version's code byte for byte: a module Worker as a form, a service worker as plain text. */
export function contentResponse({ metadata, modules, etag }: Version): Response {
  // A Worker that has static assets only.
  if (modules.length === 0) return new Response(null, { status: 204 });
  const main = optionalString(metadata["main_module"]);
  const headers = { etag: `"${etag}"` };
  if (main === undefined) {
    const body = Buffer.concat(modules.slice(0, 1).map(({ content }) => content));
    return new Response(body, { headers: { ...headers, "content-type": "application/javascript" } });
  }
  const form = new FormData();
  for (const { name, contentType, content } of modules) {
    form.append(name, new Blob([content], { type: contentType }), name);
  }
  return new Response(form, { headers: { ...headers, "cf-entrypoint": main } });
}
