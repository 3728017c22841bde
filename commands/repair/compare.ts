import type { Cloudflare } from "../../kit/live/cloudflare";
import { type Live, readLive } from "../../kit/live/read-live";
import type { Notes } from "../../kit/notes";
import { quoted } from "../../kit/quoted";
import type { DeclaredWorker } from "./declared";
import { difference, type Finding, type PulumiLine } from "./difference";

/** How a Worker differs from what its stack declares. */
export interface Comparison {
  readonly worker: DeclaredWorker;
  readonly findings: readonly Finding[];
  /** Why it was not compared, or why its secrets cannot be edited. */
  readonly obstacle: string | undefined;
  /** Whether it was compared, and has no finding. */
  readonly isAsDeclared: boolean;
}

/** @param notes collects what could not be read, and what the user can do */
export async function compare(
  worker: DeclaredWorker,
  cloudflare: Cloudflare,
  pulumi: PulumiLine,
  notes: Notes,
): Promise<Comparison> {
  const unknown = (obstacle: string) => ({ worker, findings: [], obstacle, isAsDeclared: false });
  if (worker.isPending) {
    return unknown(
      `an update is changing it, or was killed while it did. Wait until it has finished; after a kill: ${pulumi("up")}`,
    );
  }
  const live = await readLive(cloudflare, worker, notes);
  if (live === "absent")
    return unknown(`not on Cloudflare. To create it again: ${pulumi("up", "--refresh")}`);
  if (live === "unreadable" || live.serving === undefined) return unknown("what serves could not be read.");
  const findings = difference(worker, live.serving, pulumi);
  for (const { name, remedy } of findings) {
    if (remedy !== undefined) notes.add(remedy, `${worker.script}/${name}`);
  }
  for (const name of worker.onlyRecorded) {
    notes.add(
      `A deploy did not finish, or a refresh found {} missing. Run: ${pulumi("up")}`,
      `${worker.script}/${name}`,
    );
  }
  const refused = refusal(live, worker.script);
  return { worker, findings, obstacle: refused, isAsDeclared: findings.length === 0 };
}

/** Why Cloudflare would refuse to edit secrets: it does unless the latest version gets all the traffic. */
function refusal({ serving = [], latest }: Live, script: string): string | undefined {
  if (latest === undefined) return "its latest version could not be read, so its secrets are not edited.";
  if (serving.every(({ id }) => id === latest.id)) return undefined;
  const ids = serving.map(({ id }) => id.slice(0, 8));
  const because =
    ids.length > 1
      ? `versions ${ids.join(" and ")} share the traffic`
      : `version ${ids.join()} serves, and the latest one does not`;
  return (
    `Cloudflare refuses to edit its secrets, because ${because}. To deploy one version: ` +
    `npx wrangler versions deploy --name ${quoted(script)}`
  );
}

export function isEditable({ findings, obstacle }: Comparison): boolean {
  return obstacle === undefined && findings.some(({ edit }) => edit !== undefined);
}
