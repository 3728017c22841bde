import * as path from "node:path";
import type { Account } from "./account";
import { toArguments } from "./bindings";
import { ASSETS, type Environment } from "./environment";
import { camelCased, type JsonRecord } from "./json";
import type { LeftOut } from "./left-out";
import type { LiveWorker, Route } from "./live";

/** Settings that the API and the component share, by the API's names. */
const SETTINGS = [
  "compatibility_date",
  "compatibility_flags",
  "limits",
  "logpush",
  "observability",
  "tail_consumers",
];

export interface Request {
  readonly account: Account;
  readonly scriptName: string;
  readonly stack: string;
  /** Names of secrets whose values the user has. */
  readonly given: readonly string[];
}

/** What a program has to declare to be what a live Worker is, for a Worker without a configuration file. */
export async function fromLive(request: Request, live: LiveWorker): Promise<Environment> {
  const { account, scriptName, stack, given } = request;
  const isSecret = ([, { type }]: readonly [string, { type: string }]) => type === "secret_text";
  const entries = Object.entries(live.bindings);
  const { variables, others, storeSecrets, leftOut } = toArguments(
    Object.fromEntries(entries.filter((entry) => !isSecret(entry) && !isPart(entry))),
    (name) => `binding ${name}`,
  );
  const secrets = entries.filter(isSecret).map(([name]) => name);
  const parts = entries.filter(isPart).map(([name]) => name);
  const configSecrets = given.filter((name) => secrets.includes(name));
  const files = besideMain(await account.code(scriptName));
  return {
    ...{ stack, scriptName, accountId: account.id, isLive: true },
    code:
      files.length === 0
        ? { kind: "assets", binding: ASSETS }
        : { kind: "files", files, isModule: live.isModule },
    assetFiles: {},
    settings: {
      ...(live.isModule ? {} : { module: false }),
      ...settingsOf(live.settings),
      ...(live.previewUrls ? {} : { workersDev: live.workersDev }),
      ...(hasAssets(live) ? { keepAssets: true } : {}),
    },
    ...{ variables, bindings: others, storeSecrets, configSecrets },
    inherited: [...secrets.filter((name) => !configSecrets.includes(name)), ...parts],
    routes: await routesOf(account, scriptName),
    domains: live.domains,
    crons: live.crons,
    leftOut: [...leftOut, ...notRead(live), ...given.filter((name) => !secrets.includes(name)).map(notLive)],
  };
}

/** Names the modules relative to the main one, as the component takes them. Wrangler's begin with `./`. */
function besideMain(files: readonly File[]): File[] {
  const folder = path.posix.dirname(files[0]?.name ?? "");
  return files.map((file) => {
    const name = path.posix.relative(folder, file.name);
    // It also becomes the name of a file here.
    if (/^(?:\.\.(?:\/|$)|$)|[\0\\]/.test(name)) {
      throw new Error(
        `The Worker has a module ${file.name}, which is not below its main module: adopt takes no such Worker.`,
      );
    }
    return new File([file], name, { type: file.type });
  });
}

/** Bindings to parts of an upload, and keys: what only the Worker has. A deploy can keep them without knowing them. */
function isPart([, { type }]: readonly [string, { type: string }]): boolean {
  return type === "secret_key" || /_blob$|^wasm_module$/.test(type);
}

function hasAssets({ bindings }: LiveWorker): boolean {
  return Object.values(bindings).some(({ type }) => type === "assets");
}

function settingsOf(settings: LiveWorker["settings"]): JsonRecord {
  const set = SETTINGS.flatMap((key) => {
    const value = settings[key];
    return isUnset(value) ? [] : [[key, value]];
  });
  return camelCased(Object.fromEntries(set)) as JsonRecord;
}

/** What the API answers for a setting that was never made. */
function isUnset(value: unknown): boolean {
  return (
    value === undefined || value === null || value === false || (Array.isArray(value) && value.length === 0)
  );
}

async function routesOf(account: Account, scriptName: string): Promise<Route[]> {
  const zones = await account.zones();
  const routes: Route[] = [];
  for (const { id } of zones) routes.push(...(await account.routes(id, scriptName)));
  return routes;
}

function notRead(live: LiveWorker): LeftOut[] {
  const { placement } = live.settings;
  return [
    ...(live.previewUrls
      ? [
          {
            key: "preview_urls",
            why: "the component would switch preview URLs off with workersDev, so it leaves both as they are",
          },
        ]
      : []),
    ...(hasAssets(live)
      ? [
          {
            key: "assets",
            why: "Cloudflare does not hand static assets out, so keepAssets keeps those that are live",
          },
        ]
      : []),
    ...(isSetPlacement(placement)
      ? [{ key: "placement", why: "declare it: an upload without it switches it off" }]
      : []),
    ...(live.consumes.length > 0
      ? [
          {
            key: "queues.consumers",
            why: `the provider cannot import a consumer, so those of ${live.consumes.join(", ")} stay as they are`,
          },
        ]
      : []),
  ];
}

function isSetPlacement(placement: unknown): boolean {
  return typeof placement === "object" && placement !== null && Object.keys(placement).length > 0;
}

function notLive(name: string): LeftOut {
  return { key: `secret ${name}`, why: "the live Worker does not have it: if it needs it, declare it" };
}
