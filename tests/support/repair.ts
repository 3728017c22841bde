import { strict as assert } from "node:assert";
import type { TestContext } from "node:test";
import type { CommandOptions } from "./command";
import { CANARY, type Fleet, startFleet } from "./fleet";
import type { ProjectOptions } from "./project";
import { ACCOUNT_ID, leaveRefusalsToPulumi, type Program } from "./world";

export const WORKER = "shop-prod";

/** A fleet whose stack `prod` has the Worker `shop-prod`, which answers with its variables and secrets. */
export interface Broken extends Fleet {
  /** Runs `npm run repair -- --stack prod ...` without a terminal, and returns what it prints. */
  repair(args: readonly string[], options: CommandOptions & { code: number }): Promise<string>;
  /** Deploys `prod`, and returns whether that succeeded. */
  deploys(program: Program): Promise<boolean>;
  /** Removes a secret by hand. */
  loses(name: string): Promise<void>;
  /** Removes a secret by hand, and adds one that is not declared: BY_HAND. */
  drifts(lost: string): Promise<void>;
  /** A Worker's answer. */
  ask(name?: string): Promise<Record<string, string>>;
  /** The requests since the last call that change something. */
  takeEdits(): string[];
}

export async function startBroken(test: TestContext, options: ProjectOptions = {}): Promise<Broken> {
  const fleet = await startFleet(test, options);
  const loses = async (name: string) => {
    await fleet.send("DELETE", `/workers/scripts/${WORKER}/secrets/${name}`);
  };
  return {
    ...fleet,
    async repair(args, { code, ...rest }) {
      const command = await fleet.start("repair", ["--stack", "prod", ...args], rest);
      assert.equal(await command.exit(), code, command.output);
      assert.ok(!command.output.includes(CANARY), "the output has a value");
      return command.output;
    },
    async deploys(program) {
      const restore = leaveRefusalsToPulumi();
      try {
        await fleet.deploy("prod", program);
        return true;
      } catch {
        fleet.takeRequests();
        return false;
      } finally {
        restore();
      }
    },
    loses,
    async drifts(lost) {
      await loses(lost);
      await fleet.putByHand(WORKER, "BY_HAND");
    },
    async ask(name = WORKER) {
      const url = fleet.cloudflare.workerUrl(ACCOUNT_ID, name);
      assert.ok(url, "there is no such Worker");
      return (await (await fetch(url)).json()) as Record<string, string>;
    },
    takeEdits: () => fleet.takeRequests().filter((request) => !request.startsWith("GET ")),
  };
}
