/** The code of the data Worker: a handler for each kind of store. The classes in this folder know what it answers. */
export const DATA_SCRIPT = `const HANDLERS = {
  async kv(namespace, request, query) {
    const key = query.get("key");
    const list = async (prefix) => {
      const keys = [];
      for (let page = {}; !page.list_complete; ) {
        page = await namespace.list({ prefix, cursor: page.cursor });
        keys.push(...page.keys);
      }
      return keys;
    };
    switch (request.method) {
      case "GET": {
        if (key === null) return Response.json(await list(query.get("prefix")));
        const { value, metadata } = await namespace.getWithMetadata(key, "arrayBuffer");
        if (value === null) return new Response(null, { status: 404 });
        return new Response(value, { headers: { metadata: encodeURIComponent(JSON.stringify(metadata)) } });
      }
      case "PUT": {
        const options = JSON.parse(query.get("options"));
        const error = await namespace.put(key, await request.arrayBuffer(), options).catch((error) => error);
        return error ? new Response(error.message, { status: 400 }) : new Response();
      }
      case "DELETE": {
        const names = key === null ? (await list()).map(({ name }) => name) : [key];
        await Promise.all(names.map((name) => namespace.delete(name)));
        return new Response();
      }
    }
  },

  async d1(database, request, query) {
    const sent = await request.json();
    try {
      const statements = sent.map(({ sql, params }) => database.prepare(sql).bind(...params));
      if (query.get("rows") === "objects") return Response.json(await database.batch(statements));
      const answers = [];
      for (const statement of statements) {
        const [columns, ...rows] = await statement.raw({ columnNames: true });
        answers.push({ results: { columns, rows }, success: true, meta: {} });
      }
      return Response.json(answers);
    } catch (error) {
      return new Response(error.message.replace(/^D1_ERROR: /, ""), { status: 400 });
    }
  },

  async r2(bucket, request, query) {
    const key = query.get("key");
    const options = JSON.parse(query.get("options"));
    const entry = ({ key, etag, size, version, uploaded, storageClass, httpMetadata, customMetadata }) =>
      ({ key, etag, size, version, uploaded, storageClass, httpMetadata, customMetadata });
    switch (request.method) {
      case "GET": {
        if (key === null) {
          const page = await bucket.list({ ...options, include: ["httpMetadata", "customMetadata"] });
          return Response.json({ ...page, objects: page.objects.map(entry) });
        }
        const object = await bucket.get(key);
        if (object === null) return new Response(null, { status: 404 });
        const headers = { entry: encodeURIComponent(JSON.stringify(entry(object))) };
        return new Response(object.body, { headers });
      }
      case "PUT":
        if (options.httpMetadata.cacheExpiry) options.httpMetadata.cacheExpiry = new Date(options.httpMetadata.cacheExpiry);
        return Response.json(entry(await bucket.put(key, await request.arrayBuffer(), options)));
      case "DELETE":
        await bucket.delete(key);
        return new Response();
    }
  },
};

export default {
  fetch(request, env) {
    const query = new URL(request.url).searchParams;
    const kind = query.get("kind");
    return HANDLERS[kind](env[kind + ":" + query.get("id")], request, query);
  },
};`;
