import * as os from "node:os";
import { isRunning } from "./is-running";
import { pulumiCommand } from "./pulumi-command";

/**
 * Explains that the backend refused an update because of another one. Pulumi's own message advises `pulumi cancel`
 * whatever holds the lock, and that would let two updates change the stack at a time.
 *
 * @param said what Pulumi said; a backend of files names the lock's owner
 */
export function lockedBy(said: string, stack: string): string {
  const [, user, host, pid, since] = /created by (.+?)@(.+?) \(pid (\d+)\) at (\S+)/.exec(said) ?? [];
  if (user === undefined || pid === undefined) {
    return `Another update of stack ${stack} is in progress. Wait until it has finished.`;
  }
  const owner = `process ${pid} of ${user} on ${host}, since ${since}`;
  const remove = pulumiCommand({ stack }, "cancel");
  if (host !== os.hostname()) {
    return (
      `Another update has locked stack ${stack} (${owner}). Wait until it has finished. Only if that process was killed, ` +
      `remove its lock there: ${remove}`
    );
  }
  return isRunning(Number(pid))
    ? `Another update has locked stack ${stack} (${owner}). Wait until it has finished.`
    : `Another update had locked stack ${stack} (${owner}), and was killed. Remove its lock: ${remove}`;
}
