import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Account } from "../../commands/adopt/account";
import type { Environment } from "../../commands/adopt/environment";
import { fromWrangler } from "../../commands/adopt/from-wrangler";
import type { LiveWorker } from "../../commands/adopt/live";
import { readWranglerProject } from "../../commands/adopt/wrangler";

export const ACCOUNT = "0123456789abcdef0123456789abcdef";

/** A live Worker that has nothing. */
export const BARE: LiveWorker = {
  bindings: {},
  settings: { compatibility_date: "2026-01-01" },
  migrationTag: null,
  isModule: true,
  workersDev: true,
  previewUrls: false,
  crons: [],
  domains: [],
  hasAssets: false,
};

/** Where the configurations are. */
const FOLDER = fs.mkdtempSync(path.join(os.tmpdir(), "adopt-"));

afterAll(() => {
  fs.rmSync(FOLDER, { recursive: true });
});

/** Reads a configuration with the real Wrangler, and returns its environments as the program has to declare them. */
export async function adopt(
  config: object,
  live?: LiveWorker | "absent",
  names: readonly string[] = [],
): Promise<Environment[]> {
  const file = path.join(FOLDER, "wrangler.json");
  fs.writeFileSync(
    file,
    JSON.stringify({ name: "shop", main: "src/index.ts", compatibility_date: "2026-01-01", ...config }),
  );
  const project = readWranglerProject(file);
  const given = names.map((name, at) => ({ name, line: at + 1 }));
  const account = {
    worker: () => Promise.resolve(live === "absent" ? undefined : live),
    zoneOf: (host: string) => Promise.resolve(host.endsWith("example.com") ? "zone-1" : undefined),
    routes: () =>
      Promise.resolve([
        { pattern: "example.com/live/*", zoneId: "zone-1", id: "route-1", script: "shop" },
        { pattern: "example.com/taken/*", zoneId: "zone-1", id: "route-2", script: "another" },
      ]),
    domain: (hostname: string) =>
      Promise.resolve(hostname === "taken.example.com" ? { id: "domain-1", script: "another" } : undefined),
  } as unknown as Account;
  return Promise.all(
    project.environments.map(({ name, config: one }) =>
      fromWrangler({
        ...{ project, config: one, given, accountId: ACCOUNT, out: path.join(FOLDER, "infra") },
        stack: name ?? "prod",
        account: live === undefined ? undefined : account,
      }),
    ),
  );
}

/** The only environment of a configuration. */
export async function adoptOne(...args: Parameters<typeof adopt>): Promise<Environment> {
  const [environment] = await adopt(...args);
  if (environment === undefined) throw new Error("Wrangler found no environment.");
  return environment;
}

export const keysLeftOut = ({ leftOut }: Environment): string[] => leftOut.map(({ key }) => key);
