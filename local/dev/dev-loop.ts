import * as path from "node:path";
import { commandLine } from "../../component/contract/command-line";
import { explain } from "../../kit/explain";
import { ROOT } from "../../kit/project";
import { stackProgram } from "../../kit/stack-program";
import type { Session } from "../session";
import { Changes } from "./changes";
import type { DeclaredWorker } from "./recorded-run";
import { rebuild } from "./rebuild";
import { replay } from "./replay";
import { StackParts } from "./stack-parts";
import { TriedCode } from "./tried-code";
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
  /** What has changed since then. */
  #changes: Change[] = [];
  readonly #parts: StackParts;
  readonly #tried: TriedCode;
  #urls = "";

  constructor(
    private readonly session: Session,
    private readonly options: DevOptions,
  ) {
    this.#parts = new StackParts(session);
    this.#tried = new TriedCode(session.cloudflare, options.log);
  }

  async run(): Promise<void> {
    const { log, signal, dataFolder } = this.options;
    try {
      const watcher = await Watcher.start(ROOT, [dataFolder, path.join(ROOT, ".dev")], signal);
      await this.#deploy();
      const environment = await this.session.writeEnvironment();
      log(`
In another terminal, pulumi, wrangler, ${commandLine("audit")} and ${commandLine("rotate")} use this stack and this Cloudflare after:
  . ${environment}
`);
      log(
        `Waiting for changes. Ctrl-C ${dataFolder === undefined ? "destroys the stack and exits" : "exits"}.`,
      );
      for (;;) {
        watcher.add(this.#parts.outside());
        const changes = await watcher.next(this.#tried.isEmpty ? undefined : QUIET_MS);
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
    const parts = this.#deployed ? changes.filter((change) => this.#parts.has(change)) : changes;
    const [first] = parts;
    if (first === undefined) return;
    log(`\nChanged: ${parts.map(({ file }) => path.relative(ROOT, file)).join(", ")}`);
    this.#changes.push(...parts);
    if (!(this.#deployed && (await this.#tryCode(first.at)))) await this.#deploy();
  }

  /** Lets Workers answer with their new code at once, if nothing else changed. Returns false if something did. */
  async #tryCode(since: number): Promise<boolean> {
    const changed = await this.#changedWorkers();
    const { cloudflare } = this.session;
    if (changed?.every((one) => cloudflare.workerUrl(one.accountId, one.scriptName) !== undefined) !== true) {
      return false;
    }
    if (changed.length === 0) {
      this.options.log("Nothing to deploy.");
      this.#changes = [];
    }
    const refusal = await this.#tried.answerWith(changed, since);
    if (refusal !== undefined) {
      this.#refuse(refusal);
      await this.#tried.takeBack();
    }
    return true;
  }

  /** The Workers with other code than the deployed one; undefined if something else has changed too. */
  async #changedWorkers(): Promise<DeclaredWorker[] | undefined> {
    const run = this.session.lastRun();
    const isOfProgram = this.#changes.every((change) => this.#parts.isOfProgram(change));
    if (run === undefined || !isOfProgram) return undefined;
    const isOfBundles = this.#changes.every((change) => this.#parts.isOfBundles(change));
    const rebuilt = isOfBundles ? rebuild(run, new Set(this.#changes.map(({ file }) => file))) : undefined;
    return rebuilt ?? replay(run, stackProgram, this.options.folder);
  }

  /** Deploys. If that fails, prints the error once; what was deployed before keeps serving. */
  async #deploy(): Promise<void> {
    const { log, onOutput, signal, verbose } = this.options;
    const changes = new Changes(verbose ? () => undefined : log, ROOT);
    const started = performance.now();
    try {
      await this.session.deploy({ onEvent: changes.onEvent, ...(verbose && { onOutput }) });
      this.#deployed = true;
      this.#changes = [];
      this.#tried.deployed();
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      log(changes.isEmpty ? "Nothing to deploy." : `Deployed in ${seconds} s.`);
      this.#printDevVars();
      this.#printWorkers();
    } catch (error) {
      if (signal.aborted) throw error;
      this.#deployed = false;
      this.#refuse(verbose ? explain(error) : reasonOf(error, changes));
      await this.#tried.takeBack();
    }
  }

  #refuse(reason: string): void {
    this.options.log(`\nNot deployed. ${reason}`);
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
}

/** What the engine said about a failure, or else what the command line did. */
function reasonOf(error: unknown, { errors }: Changes): string {
  return errors.length > 0 ? errors.join("\n") : explain(error);
}
