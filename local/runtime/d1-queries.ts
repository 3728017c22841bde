import type { JsonObject } from "../../kit/json";
import type { Ask } from "./data-worker";

export interface Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** The database refused a statement; the message is its own. */
export class QueryRejected extends Error {}

/** The data of one D1 database, the same that Workers see. */
export class D1Queries {
  constructor(
    private readonly database: string,
    private readonly ask: Ask,
  ) {}

  /**
   * Runs all statements or none, and returns the rows of each as objects.
   *
   * @throws QueryRejected
   */
  objects(statements: readonly Statement[]): Promise<JsonObject[]> {
    return this.#send("objects", statements) as Promise<JsonObject[]>;
  }

  /**
   * Runs the statements one by one, and returns the rows of each as lists, with the names of the columns.
   *
   * @throws QueryRejected
   */
  lists(statements: readonly Statement[]): Promise<JsonObject[]> {
    return this.#send("lists", statements) as Promise<JsonObject[]>;
  }

  /**
   * The database as SQL.
   *
   * @param tables only these; all of them if it is empty
   */
  async dump(options: { schema: boolean; data: boolean; tables: readonly string[] }): Promise<string> {
    const { schema, data, tables } = options;
    // Miniflare answers this one itself.
    const params = [Number(!schema), Number(!data), ...tables];
    const sql = `PRAGMA miniflare_d1_export(?,?,?);`;
    const [{ results } = {}] = await this.lists([{ sql, params }]);
    return (results as { rows: string[][] }).rows.flat().join("\n");
  }

  async #send(rows: string, statements: readonly Statement[]): Promise<unknown> {
    const body = Buffer.from(JSON.stringify(statements));
    const answer = await this.ask({ kind: "d1", id: this.database, method: "POST", query: { rows }, body });
    const text = Buffer.from(answer.body).toString();
    if (answer.status !== 200) throw new QueryRejected(text);
    return JSON.parse(text);
  }
}
