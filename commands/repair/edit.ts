import * as z from "zod";
import { ApiError } from "../../kit/cloudflare-api";
import type { Cloudflare } from "../../kit/live/cloudflare";
import type { Notes } from "../../kit/notes";
import { quoted } from "../../kit/quoted";
import type { Comparison } from "./compare";
import type { Edit } from "./difference";

/** The most secrets that Cloudflare changes in one request. */
const AT_ONCE = 100;

/**
 * Removes and puts back secrets of a Worker, in one request: Cloudflare makes all changes or none. The values are in the
 * request's body only. It may be sent again, because a second time changes nothing.
 *
 * @param notes collects why it was refused; what is live then shows whether it was done
 */
export async function edit(
  { worker, findings }: Comparison,
  cloudflare: Cloudflare,
  notes: Notes,
): Promise<void> {
  const edits = findings.flatMap(({ name, edit }) => (edit === undefined ? [] : [[name, edit] as const]));
  try {
    for (let from = 0; from < edits.length; from += AT_ONCE) {
      const secrets = edits.slice(from, from + AT_ONCE).map(([name, edit]) => [name, secretOf(name, edit)]);
      const body = { secrets: Object.fromEntries(secrets) as object };
      await cloudflare.request(worker, "PATCH", (script) => `scripts/${script}/secrets-bulk`, body);
    }
  } catch (error) {
    notes.fail(refusalOf(error, worker.script), worker.script);
  }
}

function secretOf(name: string, edit: Edit): object | null {
  return edit === "remove" ? null : { name, text: edit(), type: "secret_text" };
}

const FAILURE = z.object({ errors: z.array(z.object({ code: z.number() })).min(1) });
const NOT_DEPLOYED = 10215;

/** The API's own message is left out, because it may quote what was sent. */
function refusalOf(error: unknown, script: string): string {
  if (!(error instanceof ApiError)) {
    return "It is not known whether Cloudflare changed the secrets of {}, because there was no answer: run this again.";
  }
  const { status, body } = error;
  const code = FAILURE.safeParse(body).data?.errors[0]?.code;
  if (status === 401 || status === 403) {
    return `The token may not edit secrets of {} (HTTP ${status}): it needs Workers Scripts Write.`;
  }
  return code === NOT_DEPLOYED
    ? `Cloudflare refused to edit the secrets of {}, because its latest version is not deployed: npx wrangler versions deploy --name ${quoted(script)}`
    : `Cloudflare did not change the secrets of {} (HTTP ${status}, code ${code ?? "none"}): run this again.`;
}
