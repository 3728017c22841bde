import * as path from "node:path";
import { explain } from "../../kit/explain";
import { ROOT } from "../../kit/project";
import { programFiles, stackProgram } from "../../kit/stack-program";
import type { Session } from "../session";
import { Changes } from "./changes";
import type { DeclaredWorker } from "./recorded-run";
import { replay } from "./replay";
import { type Change, Watcher } from "./watch";

/** The deploy follows when no file has changed for this long, so that a save in the meantime does not wait for it. */
const QUIET_MS = 300;

export interface DevOptions {
  /** The session's own folder. */
  readonly folder: string;
  /** Receives a line for each step. */
  readonly log: (line: string) => void;
  /** Receives Pulumi's output as it is printed, if `verbose`. */
  readonly onOutput: (text: string) => void;
  readonly verbose: boolean;
  /** Ends the loop. */
  readonly signal: AbortSignal;
  /** If the Workers' data stays here, the stack is not destroyed at the end. */
  readonly dataFolder: string | undefined;
}

/** Deploys the stack whenever a file changes that it is made of. */
export class DevLoop {
  /** Whether the last deploy succeeded. */
  #deployed = false;
  /** The Workers that answer with code that is not deployed yet. */
  readonly #tried = new Map<string, { accountId: string; scriptName: string }>();
  #urls = "";

  constructor(
    private readonly session: Session,
    private readonly options: DevOptions,
  ) {}

  async run(): Promise<void> {
    const { log, signal, dataFolder } = this.options;
    try {
      const watcher = await Watcher.start(ROOT, [dataFolder, path.join(ROOT, ".dev")], signal);
      await this.#deploy();
      const environment = await this.session.writeEnvironment();
      log(`
In another terminal, pulumi, wrangler, npm run audit and npm run rotate use this stack and this Cloudflare after:
  . ${environment}
`);
      log(
        `Waiting for changes. Ctrl-C ${dataFolder === undefined ? "destroys the stack and exits" : "exits"}.`,
      );
      for (;;) {
        watcher.add(this.#readOutside());
        const changes = await watcher.next(this.#tried.size > 0 ? QUIET_MS : undefined);
        if (changes.length === 0) await this.#deploy();
        else await this.#react(changes);
      }
    } catch (error) {
      // Ctrl-C is the normal way to end this command, not a failure.
      if (!signal.aborted) throw error;
    } finally {
      await this.#end();
    }
  }

  async #end(): Promise<void> {
    const { log, dataFolder } = this.options;
    if (dataFolder !== undefined) {
      // Destroying the resources would delete their data.
      log(`\nInterrupted. The data stays in ${dataFolder}.`);
      return;
    }
    log("\nInterrupted: destroying the stack. Ctrl-C again stops at once.");
    const changes = new Changes(log, ROOT);
    try {
      await this.session.destroy({ onEvent: changes.onEvent });
    } catch (error) {
      throw new Error(`Not destroyed. ${reasonOf(error, changes)}`, { cause: error });
    }
    log("Destroyed.");
  }

  async #react(changes: readonly Change[]): Promise<void> {
    const { log } = this.options;
    // After a failed run any changed file may be the fix, such as a module that was missing.
    const parts = this.#deployed ? changes.filter((change) => this.#isPartOfTheStack(change)) : changes;
    const [first] = parts;
    if (first === undefined) return;
    log(`\nChanged: ${parts.map(({ file }) => path.relative(ROOT, file)).join(", ")}`);
    // The program does not read the others: the engine and the provider do.
    const isOfProgram = parts.every(({ file }) => !this.#isConfig(file) && !this.#isAsset(file));
    if (!(this.#deployed && isOfProgram && (await this.#tryCode(first.at)))) await this.#deploy();
  }

  /** Lets Workers answer with their new code at once, if nothing else changed. Returns false if something did. */
  async #tryCode(since: number): Promise<boolean> {
    const { cloudflare, lastRun } = this.session;
    const { log } = this.options;
    const run = lastRun();
    const changed = run && (await replay(run, stackProgram, this.options.folder));
    const isLive = ({ accountId, scriptName }: DeclaredWorker) =>
      cloudflare.workerUrl(accountId, scriptName) !== undefined;
    if (changed?.every(isLive) !== true) return false;
    const now = new Set(changed.map(({ resource }) => resource));
    for (const [resource, { accountId, scriptName }] of this.#tried) {
      if (now.has(resource)) continue;
      await cloudflare.stopTrying(accountId, scriptName);
      this.#tried.delete(resource);
    }
    if (changed.length === 0) log("Nothing to deploy.");
    for (const { resource, accountId, scriptName, code } of changed) {
      const refusal = await cloudflare.tryCode(accountId, scriptName, code);
      if (refusal !== undefined) {
        this.#refuse(refusal);
        await this.#stopTrying();
        break;
      }
      this.#tried.set(resource, { accountId, scriptName });
      log(`  ${scriptName} answers with it after ${Math.round(performance.now() - since)} ms`);
    }
    return true;
  }

  /** Deploys. If that fails, prints the error once; what was deployed before keeps serving. */
  async #deploy(): Promise<void> {
    const { log, onOutput, signal, verbose } = this.options;
    const changes = new Changes(verbose ? () => undefined : log, ROOT);
    const started = performance.now();
    try {
      await this.session.deploy({ onEvent: changes.onEvent, ...(verbose && { onOutput }) });
      this.#deployed = true;
      this.#tried.clear();
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      log(changes.isEmpty ? "Nothing to deploy." : `Deployed in ${seconds} s.`);
      this.#printDevVars();
      this.#printWorkers();
    } catch (error) {
      if (signal.aborted) throw error;
      this.#deployed = false;
      this.#refuse(verbose ? explain(error) : reasonOf(error, changes));
      await this.#stopTrying();
    }
  }

  #refuse(reason: string): void {
    this.options.log(`\nNot deployed. ${reason}`);
  }

  async #stopTrying(): Promise<void> {
    for (const { accountId, scriptName } of this.#tried.values()) {
      await this.session.cloudflare.stopTrying(accountId, scriptName);
      this.options.log(`${scriptName} answers with its deployed code again.`);
    }
    this.#tried.clear();
  }

  #printDevVars(): void {
    const { used, unused } = this.session.devVars;
    if (used.length > 0) this.options.log(`From .dev.vars: ${used.join(", ")}`);
    if (unused.length > 0) this.options.log(`In .dev.vars, and no secret of a Worker: ${unused.join(", ")}`);
  }

  #printWorkers(): void {
    const urls = this.session.workers().map(({ scriptName, url }) => `${scriptName} answers on ${url}`);
    if (urls.join("\n") === this.#urls) return;
    this.#urls = urls.join("\n");
    this.options.log(`\n${this.#urls}`);
  }

  /** What the stack is made of and is not in the checkout, which is watched as a whole. */
  #readOutside(): string[] {
    const { files, folders } = programFiles();
    return [...files, ...folders, ...this.#assetsFolders()].filter(
      (file) => !file.startsWith(ROOT + path.sep) && file !== ROOT,
    );
  }

  #isPartOfTheStack({ file, kind }: Change): boolean {
    const { files, folders } = programFiles();
    const isRead = files.has(file) || (kind === "listed" && folders.has(path.dirname(file)));
    return isRead || this.#isConfig(file) || this.#isAsset(file);
  }

  #isConfig(file: string): boolean {
    return this.session.configFiles.includes(file);
  }

  #isAsset(file: string): boolean {
    return this.#assetsFolders().some((folder) => file.startsWith(folder + path.sep));
  }

  #assetsFolders(): string[] {
    return this.session.workers().flatMap(({ assetsFolder }) => assetsFolder ?? []);
  }
}

/** What the engine said about a failure, or else what the command line did. */
function reasonOf(error: unknown, { errors }: Changes): string {
  return errors.length > 0 ? errors.join("\n") : explain(error);
}
