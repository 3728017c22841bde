import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { bundle } from "../bundle";
import { WorkerScript, type WorkerScriptArgs } from "../component";
import { ACCOUNT_ID } from "./worker-program";

export const ENTRY = "src/index.ts";
const MODULES = 80;
const FUNCTIONS = 100;

/** The resources that the Worker is bound to: their ids at Cloudflare, or their names if those are the ids. */
export interface Bound {
  readonly namespaces: readonly string[];
  readonly database: string;
  readonly bucket: string;
  readonly queue: string;
}

/** Writes a Worker in TypeScript of about 1 MB, always the same one. `version` is in one line of it. */
export async function writeSources(folder: string, version: number): Promise<void> {
  const names = Array.from({ length: MODULES }, (_, index) => `module${index}`);
  const index = [
    ...names.map((name) => `import * as ${name} from "./${name}";`),
    `const VERSION = ${version};`,
    `const steps: ((value: number) => number)[] = [${names.join(", ")}].flatMap((all) => Object.values(all));`,
    "export default {",
    "  fetch: () => Response.json([VERSION, steps.reduce((value, step) => step(value), 1)]),",
    "};\n",
  ];
  await fs.mkdir(path.join(folder, "src"), { recursive: true });
  await fs.writeFile(path.join(folder, ENTRY), index.join("\n"));
  for (const [place, name] of names.entries()) {
    const functions = Array.from({ length: FUNCTIONS }, (_, at) => functionOf(place, at));
    await fs.writeFile(path.join(folder, "src", `${name}.ts`), functions.join("\n"));
  }
}

function functionOf(place: number, at: number): string {
  return `export function step${place}x${at}(value: number): number {
  return (value * ${place + 3} + ${at}) % ${1_000_003 + place * FUNCTIONS + at};
}
`;
}

/** Ten bindings, as `WorkerScript` takes them. */
function bindingsOf({ namespaces, database, bucket, queue }: Bound) {
  return {
    plainTextBindings: [
      { name: "LOG_LEVEL", text: "info" },
      { name: "REGION", text: "eu" },
    ],
    bindings: [
      ...namespaces.map((namespaceId, index) => ({ type: "kv_namespace", name: `KV_${index}`, namespaceId })),
      { type: "d1", name: "DB", databaseId: database },
      { type: "r2_bucket", name: "FILES", bucketName: bucket },
      { type: "queue", name: "JOBS", queueName: queue },
      { type: "analytics_engine", name: "EVENTS", dataset: "events" },
      { type: "version_metadata", name: "VERSION" },
    ],
  } satisfies Partial<WorkerScriptArgs>;
}

/** The same ten, as `wrangler.json` takes them. */
export function wranglerBindings({ namespaces, database, bucket, queue }: Bound): Record<string, unknown> {
  return {
    vars: { LOG_LEVEL: "info", REGION: "eu" },
    kv_namespaces: namespaces.map((id, index) => ({ binding: `KV_${index}`, id })),
    d1_databases: [{ binding: "DB", database_name: "bench", database_id: database }],
    r2_buckets: [{ binding: "FILES", bucket_name: bucket }],
    queues: { producers: [{ binding: "JOBS", queue }] },
    analytics_engine_datasets: [{ binding: "EVENTS", dataset: "events" }],
    version_metadata: { binding: "VERSION" },
  };
}

/** A program that bundles the sources in the folder of the process. */
export function bundledProgram(name: string, bound: Bound): PulumiFn {
  return () => {
    new WorkerScript("worker", { accountId: ACCOUNT_ID, name, ...bundle(ENTRY), ...bindingsOf(bound) });
    return Promise.resolve({});
  };
}
