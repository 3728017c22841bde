import type { HonoRequest } from "hono";
import { toManifest } from "./asset-manifest";
import { type Context, workerRoutes } from "./context";
import { checkName } from "./draft";
import { invalid, success } from "./envelope";
import { parseObject } from "./parse-object";
import { readForm } from "./upload";

/** Begins the upload of static assets. */
export function assetRoutes({ assets }: Context) {
  return workerRoutes().post("/scripts/:name/assets-upload-session", async (c) => {
    checkName(c.req.param("name"));
    const { manifest } = parseObject(await c.req.text());
    return success(await assets.open(c.var.account, toManifest(manifest)));
  });
}

/** Takes the files of a bucket. The token is the session's, not the API's. */
export async function uploadAssets({ assets }: Context, request: HonoRequest): Promise<Response> {
  if (request.query("base64") !== "true") throw invalid("Files are uploaded in base64: add ?base64=true.");
  const token = /^Bearer (\S+)$/.exec(request.header("authorization") ?? "")?.[1] ?? "";
  const form = await readForm(request);
  const files = await Promise.all(
    [...form].map(async ([hash, part]) => {
      const text = typeof part === "string" ? part : await part.text();
      return [hash, Buffer.from(text, "base64")] as const;
    }),
  );
  const jwt = await assets.receive(request.param("account") ?? "", token, new Map(files));
  // Cloudflare documents 201 for the last bucket; 202 for the others is a guess.
  return success({ jwt }, {}, jwt === null ? 202 : 201);
}
