import type { LocalCloudflare } from "../api";
import type { DeclaredWorker } from "./recorded-run";

/** The Workers that answer with code that is not deployed yet. */
export class TriedCode {
  readonly #tried = new Map<string, DeclaredWorker>();

  constructor(
    private readonly cloudflare: LocalCloudflare,
    private readonly log: (line: string) => void,
  ) {}

  get isEmpty(): boolean {
    return this.#tried.size === 0;
  }

  /**
   * Lets these Workers answer with their code, and all others with what is deployed.
   *
   * @param since when the change was noticed, on `performance.now`'s clock
   * @returns why the runtime refuses some of the code; undefined if it does not
   */
  async answerWith(workers: readonly DeclaredWorker[], since: number): Promise<string | undefined> {
    const now = new Set(workers.map(({ resource }) => resource));
    for (const { resource, accountId, scriptName } of this.#tried.values()) {
      if (now.has(resource)) continue;
      await this.cloudflare.stopTrying(accountId, scriptName);
      this.#tried.delete(resource);
    }
    const refusals = await Promise.all(
      workers.map(async (worker) => {
        const { resource, accountId, scriptName, code } = worker;
        const refusal = await this.cloudflare.tryCode(accountId, scriptName, code);
        if (refusal !== undefined) return refusal;
        this.#tried.set(resource, worker);
        this.log(`  ${scriptName} answers with it after ${Math.round(performance.now() - since)} ms`);
        return undefined;
      }),
    );
    return refusals.find((refusal) => refusal !== undefined);
  }

  async takeBack(): Promise<void> {
    for (const { accountId, scriptName } of this.#tried.values()) {
      await this.cloudflare.stopTrying(accountId, scriptName);
      this.log(`${scriptName} answers with its deployed code again.`);
    }
    this.#tried.clear();
  }

  /** Notes that all of it is deployed. */
  deployed(): void {
    this.#tried.clear();
  }
}
