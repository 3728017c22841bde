import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { startTarget } from "../../harness/target";
import { findTools } from "../../harness/tools";
import { wrangler } from "../../harness/wrangler";
import { withoutSummary } from "../../kit/without-summary";
import { copyCheckout } from "./checkout";
import { Command, type CommandOptions } from "./command";
import { filesWith } from "./live-stack";
import { startVault } from "./vault";
import type { Configuration } from "./wrangler-configurations/configuration";
import { ACCOUNT_ID } from "./world";

/** What callers and operators can see of a deployed Worker. */
export interface Seen {
  /** Sorted by name. */
  readonly bindings: readonly object[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly subdomain: unknown;
  readonly schedules: unknown;
  readonly domains: unknown;
  readonly routes: unknown;
  /** The answers to the configuration's requests, by the request. */
  readonly answers: Readonly<Record<string, string>>;
}

/** Parts of the settings that say how and when the Worker was uploaded. */
const OF_THE_UPLOAD = ["annotations", "tags"];

/** A user's repository with Wrangler projects, and a Cloudflare to which Wrangler and Pulumi deploy. */
export interface Adoption {
  /** Writes a project, and returns its folder. `{store}` becomes the id of the Secrets Store that was made before. */
  write(name: string, files: Configuration["files"]): Promise<string>;
  /** Runs Wrangler in a project, and fails if it fails. */
  wrangler(project: string, ...args: string[]): Promise<string>;
  /** Runs `npm run adopt` in the repository. */
  adopt(
    args: readonly string[],
    options?: CommandOptions,
  ): Promise<{ code: number | NodeJS.Signals | null; output: string }>;
  /** Makes a stack of an adopted project, unless it is there, and sets a secret in its config. */
  setSecret(project: string, stack: string, key: string, value: string): Promise<void>;
  /** The files of the repository that contain a text. */
  filesWith(text: string): Promise<string[]>;
  /** Deploys a stack of an adopted project with Pulumi, and returns its output. */
  up(project: string, stack: string): Promise<string>;
  /** Changes a file of an adopted project. */
  edit(project: string, file: string, change: (text: string) => string): Promise<void>;
  see(worker: string, requests: readonly string[]): Promise<Seen>;
  sendAll(requests: Configuration["before"]): Promise<void>;
  send(method: string, place: string, body?: unknown): Promise<{ readonly result: unknown }>;
  /** `METHOD path` of each request that changed something since the last call, without the account's prefix. */
  takeChanges(): string[];
}

export async function startAdoption(test: TestContext): Promise<Adoption> {
  const checkout = await copyCheckout(test);
  const changes: string[] = [];
  const target = await startTarget({
    onRequest({ method, path: place }) {
      if (method !== "GET")
        changes.push(`${method} ${place.replace(/^\/client\/v4(?:\/accounts\/[0-9a-f]{32})?/, "")}`);
    },
  });
  test.after(() => target.close());
  const { cloudflare } = target;
  const { secretsProvider } = await startVault();
  const folderOf = (name: string) => checkout.file(`apps/${name}`);
  let store = "";
  const send: Adoption["send"] = async (method, place, body) => {
    const address = place.replace("{account}", `/accounts/${ACCOUNT_ID}`).replace("{store}", store);
    const response = await fetch(`${cloudflare.baseUrl}${address}`, {
      method,
      headers: { authorization: `Bearer ${cloudflare.apiToken}` },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { readonly result: unknown };
    assert.ok(response.ok, `${method} ${place}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const adopted = (project: string) => path.join(folderOf(project), "infra");
  const open = (project: string, stackName: string) => {
    const load = createRequire(__filename);
    const file = path.join(adopted(project), "index.ts");
    const program = () => {
      // It declares its resources when it is loaded.
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- this is how node forgets a module
      delete load.cache[file];
      return Promise.resolve(load(file) as Record<string, unknown>);
    };
    return target.openStack({
      folder: adopted(project),
      passphrase: "",
      secretsProvider,
      stackName,
      program,
    });
  };
  // `pulumi up` runs a program in the folder of its project. Those of several projects run in this process, one at a time.
  const before = process.cwd();
  test.after(() => {
    process.chdir(before);
  });

  return {
    async write(name, files) {
      for (const [file, content] of Object.entries(files)) {
        const place = path.join(folderOf(name), file);
        await fs.mkdir(path.dirname(place), { recursive: true });
        await fs.writeFile(place, typeof content === "string" ? content.replace("{store}", store) : content);
      }
      return folderOf(name);
    },
    async wrangler(project, ...args) {
      const { code, output } = await wrangler(cloudflare, ACCOUNT_ID, args, { cwd: folderOf(project) });
      assert.equal(code, 0, `wrangler ${args.join(" ")} in ${project}\n${output}`);
      return output;
    },
    async adopt(args, { env, ...options } = {}) {
      const user = {
        CLOUDFLARE_BASE_URL: cloudflare.baseUrl,
        CLOUDFLARE_API_TOKEN: cloudflare.apiToken,
        CLOUDFLARE_ACCOUNT_ID: ACCOUNT_ID,
      };
      const command = await Command.start(test, checkout, "adopt", {
        ...options,
        args,
        env: { ...user, ...env },
      });
      return { code: await command.exit(), output: command.output };
    },
    async up(project, stackName) {
      const stack = withoutSummary(await open(project, stackName));
      process.chdir(adopted(project));
      let output = "";
      await stack.up({ onOutput: (text) => (output += text) });
      return output;
    },
    async setSecret(project, stackName, key, value) {
      await open(project, stackName);
      const { command } = (await findTools()).engine.command;
      const cwd = adopted(project);
      const env = { ...process.env, ...target.environment(cwd, ""), PULUMI_HOME: checkout.home };
      const args = ["config", "set", "--secret", key, "--stack", stackName];
      const running = promisify(execFile)(command, args, { cwd, env });
      running.child.stdin?.end(value);
      await running;
    },
    filesWith: (text) => filesWith(text, checkout.folder),
    async edit(project, file, change) {
      const place = path.join(folderOf(project), file);
      await fs.writeFile(place, change(await fs.readFile(place, "utf8")));
    },
    async see(worker, requests) {
      const script = `{account}/workers/scripts/${worker}`;
      const get = async (place: string) => (await send("GET", place)).result;
      const { bindings, ...settings } = (await get(`${script}/settings`)) as Record<string, unknown>;
      const sorted = (bindings as { name: string }[]).sort((one, other) => (one.name < other.name ? -1 : 1));
      const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;
      const kept = Object.entries(settings).filter(
        ([key, value]) => !OF_THE_UPLOAD.includes(key) && !isEmpty(value),
      );
      const zones = (await get("/zones")) as { id: string }[];
      const routes = await Promise.all(zones.map(({ id }) => get(`/zones/${id}/workers/routes`)));
      const answers: Record<string, string> = {};
      for (const request of requests) {
        const [method = "", place = ""] = request.split(" ");
        const response = await fetch(`${cloudflare.workerUrl(ACCOUNT_ID, worker) ?? ""}${place}`, {
          method,
          redirect: "manual",
        });
        const headers = ["content-type", "location", "x-frame-options"].map((name) =>
          response.headers.get(name),
        );
        answers[request] = `${response.status} ${headers.join(" ")} ${await response.text()}`;
      }
      return {
        bindings: sorted,
        settings: Object.fromEntries(kept),
        subdomain: await get(`${script}/subdomain`),
        schedules: ((await get(`${script}/schedules`)) as { schedules: { cron: string }[] }).schedules.map(
          ({ cron }) => cron,
        ),
        domains: await get(`{account}/workers/domains?service=${worker}`),
        routes: routes.flat().filter((route) => (route as { script: string }).script === worker),
        answers,
      };
    },
    send,
    async sendAll(requests = []) {
      for (const [request, body] of requests) {
        const [method = "", place = ""] = request.split(" ");
        const { result } = await send(method, place, body);
        if (place.endsWith("/stores")) ({ id: store } = result as { id: string });
      }
    },
    takeChanges: () => changes.splice(0),
  };
}
