import { printSource } from "../../component/contract/source";
import { isObject, type JsonObject, optionalString } from "../../kit/json";
import type { Cloudflare } from "./cloudflare";
import { type DeployedWorker, isoTime } from "./state";

/** The types of binding that hold a secret. */
const SECRET_TYPES = ["secret_text", "secret_key", "secrets_store_secret"];

/** A binding as Cloudflare lists it: without its value. */
interface LiveBinding {
  readonly name: string;
  readonly isSecret: boolean;
  /** Where Cloudflare says where it comes from: for a secret of Secrets Store. */
  readonly source: string | undefined;
}

/** The bindings of a Worker by name; `absent` where there is no such Worker. */
export type Live = ReadonlyMap<string, LiveBinding> | "absent" | "unreadable";

type Worker = Pick<DeployedWorker, "accountId" | "script">;

/**
 * What is live, with one request. The latest version may wait for its deployment, but it is what the next deploy
 * starts from, and what the component compares with too (component/worker-script/live/).
 */
export function readLive(cloudflare: Cloudflare, worker: Worker): Promise<Live> {
  const path = `workers/${encodeURIComponent(worker.script)}/versions/latest`;
  return cloudflare.read(worker, path, ({ bindings }) => byName(bindings));
}

/** Undefined where it is no list of bindings, which is not the same as a list of none. */
function byName(bindings: unknown): ReadonlyMap<string, LiveBinding> | undefined {
  if (!Array.isArray(bindings)) return undefined;
  const live = new Map<string, LiveBinding>();
  for (const binding of bindings as unknown[]) {
    if (!isObject(binding) || typeof binding.name !== "string" || typeof binding.type !== "string") {
      return undefined;
    }
    const { name, type, store_id, secret_name } = binding;
    const stored = typeof store_id === "string" && typeof secret_name === "string";
    live.set(name, {
      name,
      isSecret: SECRET_TYPES.includes(type),
      source: stored
        ? printSource({ kind: "secrets-store", store: store_id, secret: secret_name })
        : undefined,
    });
  }
  return live;
}

/** A version of a Worker that came about because somebody put or deleted a secret by itself. */
interface SecretEdit {
  readonly at: string;
  readonly by: string | undefined;
}

export interface Edits {
  /** The newest first. */
  readonly edits: readonly SecretEdit[];
  /** Whether these are all since the Worker is there. */
  readonly complete: boolean;
}

const PAGE = 100;

/** When the Worker's secrets were changed by themselves: Cloudflare does not say which, and an upload is none. */
export async function readEdits(cloudflare: Cloudflare, worker: Worker): Promise<Edits | undefined> {
  const path = `scripts/${encodeURIComponent(worker.script)}/versions?page=1&per_page=${PAGE}`;
  const edits = await cloudflare.read(worker, path, ({ items }) => editsOf(items));
  return typeof edits === "string" ? undefined : edits;
}

function editsOf(items: unknown): Edits | undefined {
  if (!Array.isArray(items) || !items.every(isObject)) return undefined;
  const edits = items.filter(triggeredBySecret).map(({ metadata }) => {
    const { created_on, author_email } = isObject(metadata) ? metadata : {};
    return { at: isoTime(created_on), by: optionalString(author_email) };
  });
  const dated = (edit: (typeof edits)[number]): edit is SecretEdit => edit.at !== undefined;
  return edits.every(dated) ? { edits, complete: items.some(({ number }) => number === 1) } : undefined;
}

function triggeredBySecret({ annotations }: JsonObject): boolean {
  return isObject(annotations) && annotations["workers/triggered_by"] === "secret";
}
