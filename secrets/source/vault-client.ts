import type { SourceVersion } from "../../component/contract/secret-value";
import { retried } from "./retry";
import type { Version } from "./answer";
import { isBusy, VaultError } from "./vault-reasons";
import { type Fields, isObject, type Reply, type VaultServer } from "./vault-server";

export interface VaultVersion extends SourceVersion {
  /** Whether its value can be read: it is neither deleted nor destroyed. */
  readonly isThere: boolean;
}

/**
 * The requests about one secret of a key-value engine, version 2
 * (https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2). Vault has no client for Node of its own.
 */
export class VaultSecret {
  constructor(
    private readonly server: VaultServer,
    private readonly mount: string,
    private readonly path: string,
  ) {}

  /** @param version its number. Default: the newest */
  async read(version?: number): Promise<Version<Fields>> {
    const query = version === undefined ? "" : `?version=${version}`;
    const { status, body } = await this.#get(`${this.#placeOf("data")}${query}`);
    const { data: fields, metadata } = objectIn(body, "data");
    if (status === 404) {
      throw isObject(metadata)
        ? new VaultError(metadata.destroyed === true ? "Destroyed" : "Deleted")
        : await this.#whyMissing();
    }
    if (!isObject(fields) || !isObject(metadata)) throw new VaultError("NotVersion2");
    return { id: String(metadata.version), created: isoTime(metadata.created_time), value: fields };
  }

  /** Returns the versions, oldest first. */
  async versions(): Promise<VaultVersion[]> {
    const { body } = await this.#get(this.#placeOf("metadata")).catch((error: unknown) => {
      throw error instanceof VaultError && error.name === "Denied" ? new VaultError("NoMetadata") : error;
    });
    // The keys of an object that are numbers are in order.
    return Object.entries(objectIn(objectIn(body, "data"), "versions")).map(([id, version]) => {
      const { created_time, deletion_time, destroyed, created_by } = isObject(version) ? version : {};
      const { actor } = isObject(created_by) ? created_by : {};
      return {
        id,
        created: isoTime(created_time),
        by: typeof actor === "string" && actor !== "" ? actor : undefined,
        // The engine can give a new version the time at which it will delete it.
        isThere: destroyed !== true && !(Date.parse(String(deletion_time)) <= Date.now()),
      };
    });
  }

  /** An engine of another kind knows no such path either. Vault's CLI asks for the kind in the same way. */
  async #whyMissing(): Promise<VaultError> {
    const { status, body } = await this.#get(`sys/internal/ui/mounts/${encoded(this.mount)}`).catch(
      () => NO_REPLY,
    );
    if (status !== 200) return new VaultError("NoMount");
    const { version } = objectIn(objectIn(body, "data"), "options");
    return new VaultError(version === "2" ? "NoSecret" : "NotVersion2");
  }

  #placeOf(kind: "data" | "metadata"): string {
    return `${encoded(this.mount)}/${kind}/${encoded(this.path)}`;
  }

  #get(place: string): Promise<Reply> {
    return retried(() => this.server.get(place), isBusy);
  }
}

const NO_REPLY: Reply = { status: 0, body: {} };

function encoded(place: string): string {
  return place.split("/").map(encodeURIComponent).join("/");
}

function isoTime(time: unknown): string | undefined {
  const date = new Date(typeof time === "string" ? time : NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function objectIn(object: Fields, key: string): Fields {
  const value = object[key];
  return isObject(value) ? value : {};
}
