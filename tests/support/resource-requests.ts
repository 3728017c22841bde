import { ZONE } from "./every-resource";
import { CANARY } from "./provider-stack";

export const SCRIPTS = "/workers/scripts/script_1";
export const KV = "/storage/kv/namespaces";
const ROUTES = "/client/v4/zones/<id>/workers/routes";

/** The requests of each resource, as the official provider makes them: `METHOD path`, and the body. */
export const CREATES: Readonly<Record<string, unknown>> = {
  [`POST ${SCRIPTS}/subdomain`]: { enabled: true, previews_enabled: false },
  [`POST ${KV}`]: { title: "settings" },
  [`PUT ${KV}/<id>/values/a%2Fb`]: ['"metadata"', '"value"'],
  "POST /d1/database": { name: "shop", read_replication: { mode: "auto" } },
  "POST /r2/buckets": { name: "files", storageClass: "Standard" },
  "POST /queues": { queue_name: "jobs" },
  "POST /queues/<id>/consumers": { script_name: "script_1", settings: { batch_size: 5 }, type: "worker" },
  [`PUT ${SCRIPTS}/schedules`]: [{ cron: "*/5 * * * *" }],
  [`POST ${ROUTES}`]: { pattern: "example.com/api/*", script: "script_1" },
  "PUT /workers/domains": {
    environment: "production",
    hostname: "app.example.com",
    service: "script_1",
    zone_id: ZONE,
  },
  "POST /secrets_store/stores": { name: "shared" },
  "POST /secrets_store/stores/<id>/secrets": [{ name: "API_KEY", scopes: ["workers"], value: CANARY }],
};
export const READS = [
  `GET ${SCRIPTS}/subdomain`,
  `GET ${KV}/<id>`,
  `GET ${KV}/<id>/metadata/a%2Fb`,
  `GET ${KV}/<id>/values/a%2Fb`,
  "GET /d1/database/<id>",
  "GET /r2/buckets/files",
  "GET /queues/<id>",
  "GET /queues/<id>/consumers/<id>",
  `GET ${SCRIPTS}/schedules`,
  `GET ${ROUTES}/<id>`,
  "GET /workers/domains/<id>",
  "GET /secrets_store/stores/<id>",
  "GET /secrets_store/stores/<id>/secrets/<id>",
];
export const UPDATES: Readonly<Record<string, unknown>> = {
  [`POST ${SCRIPTS}/subdomain`]: { enabled: true, previews_enabled: true },
  [`PUT ${KV}/<id>`]: { title: "settings-2" },
  [`PUT ${KV}/<id>/values/a%2Fb`]: ['"metadata"', '"value"'],
  "PUT /d1/database/<id>": { name: "shop", read_replication: { mode: "disabled" } },
  "PATCH /r2/buckets/files": undefined,
  "PUT /queues/<id>": { queue_name: "jobs-2" },
  "PUT /queues/<id>/consumers/<id>": {
    script_name: "script_1",
    settings: { batch_size: 10 },
    type: "worker",
  },
  [`PUT ${SCRIPTS}/schedules`]: [{ cron: "0 * * * *" }],
  [`PUT ${ROUTES}/<id>`]: { pattern: "example.com/*", script: "script_1" },
  "PUT /workers/domains": {
    environment: "staging",
    hostname: "app.example.com",
    service: "script_1",
    zone_id: ZONE,
  },
  "PATCH /secrets_store/stores/<id>/secrets/<id>": { value: `${CANARY}-2` },
};
/** Destroying a cron trigger makes no request. */
export const DELETES = [
  `DELETE ${SCRIPTS}/subdomain`,
  `DELETE ${KV}/<id>/values/a%2Fb`,
  `DELETE ${KV}/<id>`,
  "DELETE /d1/database/<id>",
  "DELETE /r2/buckets/files",
  "DELETE /queues/<id>/consumers/<id>",
  "DELETE /queues/<id>",
  `DELETE ${ROUTES}/<id>`,
  "DELETE /workers/domains/<id>",
  "DELETE /secrets_store/stores/<id>/secrets/<id>",
  "DELETE /secrets_store/stores/<id>",
];
