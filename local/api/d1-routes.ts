import { Hono, type HonoRequest } from "hono";
import { isObject, type JsonObject, optionalString, stringList } from "../../kit/json";
import { D1Queries, QueryRejected, type Statement } from "../runtime/d1-queries";
import { d1Databases } from "./collections";
import type { Context } from "./context";
import { ApiError, success } from "./envelope";
import { parseObject } from "./parse-object";
import { SignedFiles } from "./signed-files";
import { sqlStatements } from "./sql-statements";

/** The data of D1 databases: queries, and files of SQL to import and export. */
export function d1Routes({ store, resources }: Context) {
  const files = new SignedFiles();
  const databaseOf = (request: HonoRequest): D1Queries => {
    const { account = "", database = "" } = request.param() as Record<string, string>;
    if (resources.d1Databases.find(account, database) === undefined)
      throw new ApiError(404, ...d1Databases.missing);
    return new D1Queries(database, store.data(account));
  };
  const urlOf = ({ url }: HonoRequest, name: string): string =>
    url.replace(/\/accounts\/.*/s, `/signed/${name}`);

  const app = new Hono()
    .basePath(`${d1Databases.path}/:database`)
    .post("/query", async (c) => {
      const statements = statementsOf(parseObject(await c.req.text()));
      return success(await refused(databaseOf(c.req).objects(statements)));
    })
    .post("/raw", async (c) => {
      const statements = statementsOf(parseObject(await c.req.text()));
      return success(await refused(databaseOf(c.req).lists(statements)));
    })
    .post("/import", async (c) => {
      const database = databaseOf(c.req);
      const { action, filename } = parseObject(await c.req.text());
      if (action === "init") {
        const name = files.add();
        return success({ ...PROGRESS, filename: name, upload_url: urlOf(c.req, name) });
      }
      const content = files.take(optionalString(filename) ?? "");
      // An import is complete in the answer that begins it, so there is nothing to poll for.
      if (action !== "ingest" || content === undefined)
        throw new ApiError(400, 7400, "There is no such import.");
      return success(await imported(database, Buffer.from(content).toString()));
    })
    .post("/export", async (c) => {
      const database = databaseOf(c.req);
      const { dump_options: sent } = parseObject(await c.req.text());
      const { no_schema, no_data, tables } = isObject(sent) ? sent : {};
      const options = {
        schema: no_schema !== true,
        data: no_data !== true,
        tables: stringList(tables) ?? [],
      };
      const filename = files.add(Buffer.from(await refused(database.dump(options))));
      const result = { filename, signed_url: urlOf(c.req, filename) };
      return success({ ...PROGRESS, type: "export", status: "complete", result });
    });
  return new Hono().route("/", app).route("/", files.routes());
}

const PROGRESS = { success: true, messages: [], at_bookmark: "0" };

/** `{sql, params}`, or `{batch: [{sql, params}]}`. Each `sql` can have several statements. */
function statementsOf(sent: JsonObject): Statement[] {
  const queries: unknown[] = Array.isArray(sent["batch"]) ? sent["batch"] : [sent];
  const statements = queries.flatMap((query) => {
    const { sql, params } = isObject(query) ? query : {};
    const values: unknown[] = Array.isArray(params) ? params : [];
    const texts = sqlStatements(typeof sql === "string" ? sql : "");
    if (texts.length > 1 && values.length > 0) {
      throw new ApiError(400, 7400, "'params' belong to one statement, and 'sql' has several.");
    }
    return texts.map((text) => ({ sql: text, params: values }));
  });
  if (statements.length === 0) throw new ApiError(400, 7400, "'sql' has no statement.");
  return statements;
}

async function refused<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof QueryRejected) throw new ApiError(400, 7500, error.message);
    throw error;
  }
}

async function imported(database: D1Queries, sql: string): Promise<JsonObject> {
  try {
    const answers = await database.objects(statementsOf({ sql }));
    const metas = answers.map(({ meta }) => (isObject(meta) ? meta : {}));
    const sum = (field: string) => metas.reduce((total, meta) => total + Number(meta[field] ?? 0), 0);
    const meta = {
      duration: sum("duration"),
      rows_read: sum("rows_read"),
      rows_written: sum("rows_written"),
      size_after: metas.at(-1)?.["size_after"] ?? 0,
    };
    const result = { num_queries: answers.length, final_bookmark: "0", meta };
    return { ...PROGRESS, type: "import", status: "complete", result };
  } catch (error) {
    if (!(error instanceof QueryRejected)) throw error;
    return { ...PROGRESS, success: false, type: "import", status: "error", error: error.message };
  }
}
