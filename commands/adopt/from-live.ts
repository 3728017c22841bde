import * as path from "node:path";
import { mapBounded } from "../../kit/map-bounded";
import { visible } from "../../kit/visible";
import type { Account } from "./account";
import { toArguments } from "./bindings";
import { NEEDS_CODE } from "./code";
import { ASSETS, type Environment } from "./environment";
import { type GivenName, unknownNames } from "./given";
import { type LeftOut, PREVIEW_URLS } from "./left-out";
import type { LiveWorker } from "./live";
import { liveSettings, otherSettings } from "./live-settings";
import { consumersStay } from "./triggers";

export interface Request {
  readonly account: Account;
  readonly scriptName: string;
  readonly stack: string;
  /** Secrets whose values the user has. */
  readonly given: readonly GivenName[];
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
  const configSecrets = secrets.filter((name) => given.some((one) => one.name === name));
  const files = besideMain(await account.code(scriptName));
  const routes = await routesOf(account, scriptName);
  const assets = others.find(({ type }) => type === "assets")?.name;
  const isOnlyAssets = files.length === 0;
  return {
    ...{ stack, scriptName, accountId: account.id, isLive: true },
    code: isOnlyAssets ? { kind: "assets", binding: assets ?? ASSETS } : { kind: "files", files },
    assetFiles: {},
    settings: {
      ...(live.isModule || isOnlyAssets ? {} : { module: false }),
      ...liveSettings(live),
      ...(live.previewUrls ? {} : { workersDev: live.workersDev }),
      ...(live.hasAssets ? { keepAssets: true } : {}),
    },
    ...{ variables, storeSecrets, configSecrets },
    bindings: [
      ...others,
      ...(isOnlyAssets && assets === undefined ? [{ type: "assets", name: ASSETS }] : []),
    ],
    inherited: [...secrets.filter((name) => !configSecrets.includes(name)), ...parts],
    ...{ routes: routes.own, domains: live.domains, crons: live.crons },
    leftOut: [
      ...leftOut,
      ...otherSettings(live),
      ...(live.previewUrls ? [PREVIEW_URLS] : []),
      ...(live.hasAssets ? [ASSETS_STAY] : []),
      ...(isOnlyAssets && assets === undefined ? [{ key: "code", why: NEEDS_CODE }] : []),
      ...(routes.zones === 0 ? [NO_ZONES] : []),
      ...(await consumersOf(account, scriptName)),
      ...unknownNames(given, (name) => live.bindings[name] !== undefined),
    ],
  };
}

const ASSETS_STAY = {
  key: "assets",
  why: "Cloudflare does not hand static assets out, so keepAssets keeps those that are live",
};
const NO_ZONES = { key: "routes", why: "the token reads no zone, so no route was found" };

/** Names the modules relative to the main one, as the component takes them. Wrangler's begin with `./`. */
function besideMain(files: readonly File[]): File[] {
  const folder = path.posix.dirname(files[0]?.name ?? "");
  return files.map((file) => {
    const name = path.posix.relative(folder, file.name);
    // It also becomes the name of a file here.
    if (/^(?:\.\.(?:\/|$)|$)|[\0\\]/.test(name)) {
      throw new Error(
        `The Worker has a module ${visible(file.name)}, which is not below its main module: adopt takes no such Worker.`,
      );
    }
    return new File([file], name, { type: file.type });
  });
}

/** Bindings to parts of an upload, and keys: what only the Worker has. A deploy can keep them without knowing them. */
function isPart([, { type }]: readonly [string, { type: string }]): boolean {
  return type === "secret_key" || /_blob$|^wasm_module$/.test(type);
}

async function routesOf(account: Account, scriptName: string) {
  const zones = await account.zones();
  const all = await mapBounded(zones, ZONES_AT_A_TIME, ({ id }) => account.routes(id));
  const own = all.flat().filter(({ script }) => script === scriptName);
  return { zones: zones.length, own: own.map(({ pattern, zoneId, id }) => ({ pattern, zoneId, id })) };
}

const ZONES_AT_A_TIME = 8;

async function consumersOf(account: Account, scriptName: string): Promise<LeftOut[]> {
  const queues = await account.consumedBy(scriptName);
  return queues.length === 0 ? [] : [{ key: "queues.consumers", why: consumersStay(queues) }];
}
