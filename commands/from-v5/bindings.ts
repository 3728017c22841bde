import * as z from "zod";

/** A binding as `bindings` of v6 takes it. */
export type Binding = Readonly<{ type: string; name: string } & Record<string, string>>;

/** A list of v5: the type in v6, and for each field of v6 the field of v5. */
interface List {
  readonly type: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The lists of v5.49, but for texts, secrets and WebAssembly. */
const LISTS: Readonly<Record<string, List>> = {
  analyticsEngineBindings: { type: "analytics_engine", fields: { name: "name", dataset: "dataset" } },
  d1DatabaseBindings: { type: "d1", fields: { name: "name", databaseId: "databaseId" } },
  hyperdriveConfigBindings: { type: "hyperdrive", fields: { name: "binding", id: "id" } },
  kvNamespaceBindings: { type: "kv_namespace", fields: { name: "name", namespaceId: "namespaceId" } },
  queueBindings: { type: "queue", fields: { name: "binding", queueName: "queue" } },
  r2BucketBindings: { type: "r2_bucket", fields: { name: "name", bucketName: "bucketName" } },
  serviceBindings: {
    type: "service",
    fields: { name: "name", service: "service", environment: "environment" },
  },
};

const ITEMS = z.array(z.record(z.string(), z.unknown())).catch([]);

/** @param inputs the arguments of a script of v5, decrypted */
export function bindingsOf(inputs: Readonly<Record<string, unknown>>): Binding[] {
  return Object.entries(LISTS).flatMap(([list, { type, fields }]) =>
    ITEMS.parse(inputs[list]).map((item) => {
      const parts = Object.entries(fields).map(([ours, theirs]) => [ours, item[theirs]] as const);
      const given = parts.filter((part): part is readonly [string, string] => typeof part[1] === "string");
      return { type, ...(Object.fromEntries(given) as { name: string }) };
    }),
  );
}
