import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import type { WorkerPlace } from "../api";

const FILE = z.array(z.string().nullable());

/**
 * Gives each Worker resource of a stack a port, counted from the first one, and remembers it in a file: the port is the
 * same after a change of the script's name and in the next session.
 */
export class WorkerPlaces {
  #resources: (string | null)[];

  /** @param firstPort 0 for any free port, and nothing to remember */
  constructor(
    private readonly file: string,
    private readonly firstPort: number,
  ) {
    this.#resources = firstPort === 0 ? [] : read(file);
  }

  /** @param resource the name of the resource in the stack */
  of(resource: string): WorkerPlace {
    if (this.firstPort === 0) return { name: resource, port: 0 };
    if (!this.#resources.includes(resource)) {
      const free = this.#resources.indexOf(null);
      this.#save(this.#resources.with(free === -1 ? this.#resources.push(null) - 1 : free, resource));
    }
    return { name: resource, port: this.firstPort + this.#resources.indexOf(resource) };
  }

  /** Frees the ports of all other resources. */
  keep(resources: readonly string[]): void {
    const kept = this.#resources.map((name) => (name !== null && resources.includes(name) ? name : null));
    if (this.firstPort !== 0 && kept.some((name, index) => name !== this.#resources[index])) this.#save(kept);
  }

  #save(resources: (string | null)[]): void {
    this.#resources = resources;
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    fs.writeFileSync(this.file, `${JSON.stringify(resources)}\n`);
  }
}

function read(file: string): (string | null)[] {
  try {
    return FILE.parse(JSON.parse(fs.readFileSync(file, "utf8")));
  } catch {
    // It does not exist yet, or is no longer ours.
    return [];
  }
}
