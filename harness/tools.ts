import { type Engine, findEngine, pulumiHome } from "../kit/engine";
import { chooseProvider, type ProviderChoice } from "../local/provider/official";

export interface Tools {
  readonly engine: Engine;
  readonly provider: ProviderChoice;
}

let found: Promise<Tools> | undefined;

/** Finds the engine, and the provider that CLOUDFLARE_PROVIDER chooses, once for this process. */
export function findTools(log?: (line: string) => void): Promise<Tools> {
  return (found ??= find(log));
}

async function find(log?: (line: string) => void): Promise<Tools> {
  const options = log === undefined ? {} : { log };
  const engine = await findEngine(options);
  const choice = process.env.CLOUDFLARE_PROVIDER;
  const provider = await chooseProvider({ choice, command: engine.command, home: pulumiHome(), ...options });
  return { engine, provider };
}
