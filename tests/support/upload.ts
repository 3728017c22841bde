/** The parts of the request that uploads a Worker. */
export interface Upload {
  readonly metadata: Record<string, unknown>;
  readonly files: readonly { name: string; type: string; content: string }[];
}

const PART = /name="([^"]*)"[^]*?content-type: *([^\r\n]*)\r\n\r\n([^]*)\r\n$/i;

export async function readUpload(request: Request): Promise<Upload> {
  const boundary = /boundary="?([^";]+)/.exec(request.headers.get("content-type") ?? "")?.[1];
  if (boundary === undefined) throw new Error("an upload must be multipart");
  const files: Upload["files"][number][] = [];
  let metadata: Record<string, unknown> = {};
  for (const part of (await request.text()).split(`--${boundary}`).slice(1, -1)) {
    const [, name = "", type = "", content = ""] = PART.exec(part) ?? [];
    if (name === "metadata") metadata = JSON.parse(content) as Record<string, unknown>;
    else files.push({ name, type, content });
  }
  return { metadata, files };
}
