import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { timingSafeEqual } from "hono/utils/buffer";
import type { Env } from "../index";
import { readLink, writeLink } from "./links";
import schema from "./schema.sql";

interface App {
  Bindings: Env;
}

const app = new Hono<App>();

const mayWrite = bearerAuth<App>({
  // While the token is rotated, the previous one is accepted too.
  verifyToken: async (given, { env }) =>
    (await timingSafeEqual(given, env.WRITE_TOKEN)) ||
    (env.WRITE_TOKEN_PREVIOUS !== undefined && (await timingSafeEqual(given, env.WRITE_TOKEN_PREVIOUS))),
});

app.post("/notes", mayWrite, async (c) => {
  await c.env.DB.prepare(schema).run();
  const insert = c.env.DB.prepare("INSERT INTO notes (text) VALUES (?) RETURNING id");
  const id = await insert.bind(await c.req.text()).first<number>("id");
  return id === null ? c.text("The note was not kept.\n", 500) : c.text(await writeLink(id, c.env), 201);
});

/** A link is all that it takes to read its note. */
app.get("/notes/:link", async (c) => {
  const id = await readLink(c.req.param("link"), c.env);
  if (id === undefined) return c.notFound();
  const cached = await c.env.CACHE.get(`note:${id}`);
  if (cached !== null) return c.text(cached, 200, { "x-cache": "hit" });
  const select = c.env.DB.prepare("SELECT text FROM notes WHERE id = ?");
  const text = await select.bind(id).first<string>("text");
  if (text === null) return c.notFound();
  await c.env.CACHE.put(`note:${id}`, text);
  return c.text(text, 200, { "x-cache": "miss" });
});

export default app;
