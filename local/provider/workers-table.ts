import { FILLED, IN_PATH, NAME, REQUIRED, type RestResource } from "./rest-entry";
import { required } from "./rules";
import { isObject } from "./values";

const QUEUES = "/accounts/{accountId}/queues";
const SCRIPT = "/accounts/{accountId}/workers/scripts/{scriptName}";

/**
 * What belongs to a Worker or calls it, and queues. Requests are those that the official provider was seen to make, except
 * the updates of a route, a custom domain and a consumer, which follow its source. What replaces, what is required and
 * what is filled in are its schema's.
 */
export const WORKERS_RESOURCES: Readonly<Record<string, RestResource>> = {
  "workersScriptSubdomain:WorkersScriptSubdomain": {
    collection: `${SCRIPT}/subdomain`,
    single: true,
    create: "post",
    update: "post",
    inputs: { accountId: IN_PATH, scriptName: IN_PATH, enabled: REQUIRED, previewsEnabled: FILLED },
    // The API returns no id; the official provider uses the account's.
    id: "accountId",
    imports: ["accountId", "scriptName"],
  },

  "workersCronTrigger:WorkersCronTrigger": {
    collection: `${SCRIPT}/schedules`,
    single: true,
    create: "put",
    update: "put",
    inputs: { accountId: IN_PATH, scriptName: IN_PATH, schedules: { required: true, computed: true } },
    rules: [required("schedules[].cron")],
    id: "scriptName",
    imports: ["accountId", "scriptName"],
    body: ({ schedules }) =>
      Array.isArray(schedules) ? schedules.filter(isObject).map(({ cron }) => ({ cron })) : [],
    stays: "Cloudflare has no request that removes it, so its schedules stay until the Worker is deleted",
  },

  "workersRoute:WorkersRoute": {
    collection: "/zones/{zoneId}/workers/routes",
    create: "post",
    update: "put",
    inputs: { zoneId: IN_PATH, pattern: REQUIRED, script: {} },
    id: "id",
    imports: ["zoneId", "id"],
  },

  "workersCustomDomain:WorkersCustomDomain": {
    collection: "/accounts/{accountId}/workers/domains",
    create: "put",
    update: "put",
    updates: "collection",
    inputs: {
      accountId: IN_PATH,
      hostname: NAME,
      service: REQUIRED,
      environment: FILLED,
      zoneId: FILLED,
      zoneName: FILLED,
    },
    outputs: ["certId"],
    id: "id",
    imports: ["accountId", "id"],
  },

  "queue:Queue": {
    collection: QUEUES,
    create: "post",
    update: "put",
    inputs: {
      accountId: IN_PATH,
      queueName: REQUIRED,
      settings: FILLED,
      jurisdiction: { replaces: true, unread: true, oneOf: ["eu", "us", "fedramp"] },
    },
    outputs: [
      "consumers",
      "consumersTotalCount",
      "createdOn",
      "modifiedOn",
      "producers",
      "producersTotalCount",
      "queueId",
    ],
    id: "queueId",
    imports: ["accountId", "id"],
  },

  "queueConsumer:QueueConsumer": {
    collection: `${QUEUES}/{queueId}/consumers`,
    create: "post",
    update: "put",
    inputs: {
      accountId: IN_PATH,
      queueId: IN_PATH,
      type: { required: true, oneOf: ["worker", "http_pull", "notification"] },
      scriptName: FILLED,
      deadLetterQueue: {},
      settings: FILLED,
    },
    outputs: ["consumerId", "createdOn", "queueName"],
    id: "consumerId",
  },
};
