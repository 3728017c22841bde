import { strict as assert } from "node:assert";
import { test } from "node:test";
import { readUpload, type Upload } from "../../support/upload";
import { ECHO, startWorld, worker } from "../../support/world";

const SETTINGS = {
  content: `export class Counter {}\n${ECHO}`,
  annotations: { workersMessage: "release" },
  cacheOptions: { enabled: true, crossVersionCache: false },
  exports: { MyEntrypoint: { type: "worker", cache: { enabled: false } } },
  keepAssets: true,
  limits: { cpuMs: 50, subrequests: 100 },
  logpush: true,
  migrations: { newTag: "v1", newSqliteClasses: ["Counter"] },
  observability: { enabled: true, headSamplingRate: 0.5, logs: { enabled: true, invocationLogs: true } },
  packageDependencies: [{ name: "hono", installedVersion: "4.13.19", packageJsonVersion: "^4" }],
  tailConsumers: [{ service: "tail" }],
};

/** What every upload of the component has. */
const OF_ALL = ["bindings", "compatibility_date", "keep_bindings", "main_module", "usage_model"];

test("settings of the script are uploaded under the API's names, and stay as they are", async (t) => {
  const uploads: Upload[] = [];
  const world = await startWorld(t, {
    intercept: async (request) => {
      if (request.method === "PUT") uploads.push(await readUpload(request.clone()));
      return undefined;
    },
  });
  const stack = await world.openStack();
  const program = worker({ API_KEY: "one" }, SETTINGS);
  await stack.up(program);
  const { metadata = {} } = uploads[0] ?? {};
  const settings = Object.fromEntries(Object.entries(metadata).filter(([key]) => !OF_ALL.includes(key)));
  assert.deepEqual(settings, {
    annotations: { "workers/message": "release" },
    cache_options: { cross_version_cache: false, enabled: true },
    exports: { MyEntrypoint: { cache: { enabled: false }, type: "worker" } },
    keep_assets: true,
    limits: { cpu_ms: 50, subrequests: 100 },
    logpush: true,
    migrations: { new_sqlite_classes: ["Counter"], new_tag: "v1" },
    observability: { enabled: true, head_sampling_rate: 0.5, logs: { enabled: true, invocation_logs: true } },
    package_dependencies: [{ installed_version: "4.13.19", name: "hono", package_json_version: "^4" }],
    tail_consumers: [{ service: "tail" }],
  });
  assert.match(await stack.refresh(), /5 unchanged/);
  assert.match(await stack.up(program), /5 unchanged/);
  const changed = worker({ API_KEY: "one" }, { ...SETTINGS, limits: { cpuMs: 60 } });
  assert.match(await stack.up(changed), /WorkersScript worker update[^\n]*\[diff: ~limits\]/);
  assert.deepEqual(await world.ask(), { API_KEY: "one" });
});
