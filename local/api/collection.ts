import { Hono, type HonoRequest } from "hono";
import type { JsonObject } from "../../kit/json";
import type { Context } from "./context";
import { ApiError, success } from "./envelope";
import { parseObject, parseObjects } from "./parse-object";
import type { Resources, Table } from "./resources";

/** One request: its path's parameters, and what it may need besides. */
export interface Call {
  readonly context: Context;
  readonly resources: Resources;
  readonly params: Readonly<Record<string, string>>;
  readonly request: HonoRequest;
  /** The id that an object with this name had in an earlier session, if its data was kept. */
  readonly keptId: (name: string) => string | undefined;
}

/** One kind of object that can be created, listed, read, changed and deleted, all in the same way. */
export interface Collection<T extends JsonObject> {
  /** The path of the list. An object's path adds `/<id>`. */
  readonly path: string;
  readonly table: (resources: Resources) => Table<T>;
  /** The field that is the object's id. */
  readonly id: keyof T & string;
  /** Another field by which an object is found. */
  readonly alias?: keyof T & string;
  readonly missing: readonly [code: number, message: string];
  /** What no two objects may share. */
  readonly unique?: readonly [field: keyof T & string, status: 400 | 409, code: number, message: string];
  /** PUT to the list's path creates an object, or replaces the one that this returns. Default: POST creates. */
  readonly upsert?: (sent: JsonObject, objects: readonly T[]) => T | undefined;
  /** A POST has a list of objects, and so has its response. */
  readonly batch?: true;
  /** Returns the object that a request describes, or refuses it. `existing` is undefined if it is new. */
  readonly put: (sent: JsonObject, call: Call, existing: T | undefined) => T;
  /** How an existing object is changed. Default: not at all. */
  readonly changes?: readonly ("put" | "patch")[];
  /** Refuses a request whose parent does not exist. */
  readonly parent?: (call: Call) => void;
  /** The field with the name of an object whose data can outlive the session, and is found again by its id. */
  readonly keptBy?: keyof T & string;
  /** Called after an object is created or changed. */
  readonly saved?: (object: T, sent: JsonObject, call: Call) => void;
  /** Called after an object is created, changed or deleted: brings what runs up to date. */
  readonly changed?: (call: Call) => Promise<void>;
  /** Called before an object is deleted: refuses, or deletes what belongs to it. */
  readonly remove?: (object: T, call: Call) => void | Promise<void>;
  /** The object as responses have it. Default: as it is. */
  readonly view?: (object: T, call: Call) => JsonObject;
  /** What only the response to its creation has besides. */
  readonly created?: (object: T, call: Call) => JsonObject;
  /** The result of a list. Default: the objects. */
  readonly listed?: (objects: readonly JsonObject[]) => unknown;
  /** The query parameter that selects objects, and the field that it names. */
  readonly filter?: readonly [parameter: string, field: keyof T & string];
}

/** The routes of one collection, relative to the API's base path. */
export function collectionRoutes<T extends JsonObject>(context: Context, kind: Collection<T>) {
  const { path, id, missing, view = (object: T) => object, listed = (objects: unknown) => objects } = kind;
  const { resources } = context;
  const table = kind.table(resources);
  const item = `${path}/:item`;

  const keptAs = (scope: string, name: string) => `${kind.path} ${scope} ${name}`;
  const begin = (request: HonoRequest) => {
    const params = request.param() as Record<string, string>;
    const scope = scopeOf(path, params);
    const keptId = (name: string) => resources.kept.idOf(keptAs(scope, name));
    const call = { context, resources, params, request, keptId };
    kind.parent?.(call);
    return { call, scope, key: call.params["item"] ?? "" };
  };
  const find = (scope: string, key: string): T => {
    const { alias } = kind;
    const byAlias = () => table.list(scope).find((object) => alias !== undefined && object[alias] === key);
    const found = table.find(scope, key) ?? byAlias();
    if (found === undefined) throw new ApiError(404, ...missing);
    return found;
  };
  const save = async (sent: JsonObject, call: Call, scope: string, existing?: T): Promise<JsonObject> => {
    const object = kind.put(sent, call, existing);
    if (kind.unique !== undefined) {
      const [field, status, code, message] = kind.unique;
      const others = table.list(scope).filter((other) => other[id] !== object[id] || existing === undefined);
      if (others.some((other) => other[field] === object[field])) throw new ApiError(status, code, message);
    }
    table.set(scope, String(object[id]), object);
    if (kind.keptBy !== undefined)
      resources.kept.remember(keptAs(scope, String(object[kind.keptBy])), String(object[id]));
    kind.saved?.(object, sent, call);
    await kind.changed?.(call);
    const more = existing === undefined ? kind.created?.(object, call) : undefined;
    return { ...view(object, call), ...more };
  };

  const app = new Hono()
    .get(path, (c) => {
      const { call, scope } = begin(c.req);
      const [parameter, field] = kind.filter ?? [];
      const wanted = parameter === undefined ? undefined : c.req.queries(parameter);
      const objects = table
        .list(scope)
        .filter(
          (object) => field === undefined || wanted === undefined || wanted.includes(String(object[field])),
        );
      const at = { page: Number(c.req.query("page") ?? 1), per_page: Number(c.req.query("per_page") ?? 100) };
      const shown = objects.slice((Math.max(at.page, 1) - 1) * at.per_page).slice(0, at.per_page);
      const total_pages = Math.ceil(objects.length / at.per_page);
      return success(listed(shown.map((object) => view(object, call))), {
        result_info: { ...at, count: shown.length, total_count: objects.length, total_pages },
      });
    })
    .get(item, (c) => {
      const { call, scope, key } = begin(c.req);
      return success(view(find(scope, key), call));
    })
    .delete(item, async (c) => {
      const { call, scope, key } = begin(c.req);
      const object = find(scope, key);
      await kind.remove?.(object, call);
      table.delete(scope, String(object[id]));
      if (kind.keptBy !== undefined) resources.kept.forget(String(object[id]));
      await kind.changed?.(call);
      return success({});
    });

  const { upsert, batch, changes = [] } = kind;
  if (upsert === undefined) {
    app.post(path, async (c) => {
      const { call, scope } = begin(c.req);
      const text = await c.req.text();
      if (batch === undefined) return success(await save(parseObject(text), call, scope));
      return success(await Promise.all(parseObjects(text).map((sent) => save(sent, call, scope))));
    });
  } else {
    app.put(path, async (c) => {
      const { call, scope } = begin(c.req);
      const sent = parseObject(await c.req.text());
      return success(await save(sent, call, scope, upsert(sent, table.list(scope))));
    });
  }
  for (const method of changes) {
    app[method](item, async (c) => {
      const { call, scope, key } = begin(c.req);
      // Some requests have all that they say in their headers.
      const text = await c.req.text();
      return success(await save(text === "" ? {} : parseObject(text), call, scope, find(scope, key)));
    });
  }
  return app;
}

function scopeOf(path: string, params: Readonly<Record<string, string>>): string {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => params[name] ?? "").join("/");
}
