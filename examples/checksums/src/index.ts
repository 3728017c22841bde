import type { DurableObjectNamespace } from "@cloudflare/workers-types";
import type { Env } from "../index";
import { checksum } from "./checksum";
import type { History } from "./history";
import { isAccepted } from "./tokens";

export { History } from "./history";

export default {
  /** PUT keeps the checksum of a file, GET returns all that it had. */
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    const history = (env.HISTORIES as DurableObjectNamespace<History>).getByName(pathname);
    if (request.method === "GET") {
      const versions = await history.list(request.headers.get("authorization"));
      return versions === undefined ? new Response(null, { status: 401 }) : Response.json(versions);
    }
    if (request.method !== "PUT") return new Response(null, { status: 405 });
    // While the token is rotated, the previous one is accepted too.
    if (!isAccepted(request.headers.get("authorization"), [env.WRITE_TOKEN, env.WRITE_TOKEN_PREVIOUS])) {
      return new Response(null, { status: 401 });
    }
    const content = new Uint8Array(await request.arrayBuffer());
    return Response.json(await history.add(content.length, checksum(content)));
  },
};
