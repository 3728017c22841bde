import { randomUUID } from "node:crypto";
import { optionalString } from "../../kit/json";
import type { Version } from "./store";

/** A version's code with the bytes that were uploaded. */
export function contentResponse({ metadata, modules, etag }: Version): Response {
  const main = optionalString(metadata["main_module"]);
  const headers = { etag: `"${etag}"` };
  if (main === undefined) {
    const body = Buffer.concat(modules.slice(0, 1).map(({ content }) => content));
    return new Response(body, { headers: { ...headers, "content-type": "application/javascript" } });
  }
  const boundary = randomUUID();
  const parts = modules.flatMap(({ name, contentType, content }) => [
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"; filename="${quoted(name)}"\r\n`,
    ),
    Buffer.from(`content-type: ${contentType}\r\n\r\n`),
    content,
    Buffer.from("\r\n"),
  ]);
  return new Response(Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]), {
    headers: {
      ...headers,
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "cf-entrypoint": main,
    },
  });
}

function quoted(name: string): string {
  return name.replace(/["\r\n]/g, (character) => encodeURIComponent(character));
}
