import { DurableObject } from "cloudflare:workers";
import type { DurableObjectState } from "@cloudflare/workers-types";
import type { Env } from "../index";
import { isAccepted } from "./tokens";

/** A row. An interface would not be one to the types of the database. */
export type Version = Readonly<{ number: number; size: number; crc32: string }>;

/** The checksums that one file has had. Each file has an object of its own, with a database of its own. */
export class History extends DurableObject<Env> {
  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    context.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS versions (number INTEGER PRIMARY KEY, size INTEGER, crc32 TEXT)",
    );
  }

  /** Adds a version if the content is another one, and returns the newest. */
  add(size: number, crc32: string): Version {
    const newest = this.#select("ORDER BY number DESC LIMIT 1")[0];
    if (newest?.size === size && newest.crc32 === crc32) return newest;
    const version = { number: (newest?.number ?? 0) + 1, size, crc32 };
    this.ctx.storage.sql.exec("INSERT INTO versions VALUES (?, ?, ?)", ...Object.values(version));
    return version;
  }

  /** @returns undefined if the caller may not see them */
  list(authorization: string | null): Version[] | undefined {
    const { READ_TOKEN, READ_TOKEN_PREVIOUS } = this.env;
    return isAccepted(authorization, [READ_TOKEN, READ_TOKEN_PREVIOUS])
      ? this.#select("ORDER BY number")
      : undefined;
  }

  #select(how: string): Version[] {
    return this.ctx.storage.sql.exec<Version>(`SELECT * FROM versions ${how}`).toArray();
  }
}
