import { sign, verify } from "hono/jwt";
import type { Env } from "../index";

const ALGORITHM = "HS256";

type Keys = Pick<Env, "LINK_KEY" | "LINK_KEY_PREVIOUS">;

/** Returns the path under which a note can be read. Only the key makes such a path. */
export async function writeLink(note: number, { LINK_KEY }: Keys): Promise<string> {
  return `/notes/${await sign({ note }, LINK_KEY, ALGORITHM)}`;
}

/** Returns the note that a link is for; undefined if neither the key nor its previous value has signed it. */
export async function readLink(
  link: string,
  { LINK_KEY, LINK_KEY_PREVIOUS }: Keys,
): Promise<number | undefined> {
  for (const key of [LINK_KEY, LINK_KEY_PREVIOUS]) {
    const payload = key === undefined ? undefined : await verify(link, key, ALGORITHM).catch(() => undefined);
    if (typeof payload?.["note"] === "number") return payload["note"];
  }
  return undefined;
}
