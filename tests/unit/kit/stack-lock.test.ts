import * as os from "node:os";
import { lockedBy } from "../../../kit/stack-lock";

const said = (host: string, pid: number, place = "file:///s/prod/x.json") =>
  "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock " +
  `file with \`pulumi cancel\`.\n  ${place}: created by ada@${host} (pid ${pid}) at 2026-01-02T03:04:05Z`;
/** No system gives this id to a process. */
const NOBODY = 2 ** 30;

test("a lock that a process on this host holds is waited for", () => {
  expect(lockedBy(said(os.hostname(), process.pid), "prod")).toBe(
    `Another update has locked stack prod (process ${process.pid} of ada on ${os.hostname()}, since ` +
      "2026-01-02T03:04:05Z). Wait until it has finished.",
  );
});

test("a lock that a killed process has left is removed", () => {
  expect(lockedBy(said(os.hostname(), NOBODY), "prod")).toMatch(
    /and was killed\. Remove its lock: pulumi cancel --stack prod$/,
  );
});

test("a lock of another host may be held, in a bucket too", () => {
  const place = "s3://state/.pulumi/locks/x.json?region=eu-west-1&awssdk=v2";
  expect(lockedBy(said("elsewhere", process.pid, place), "it's")).toMatch(
    /process \d+ of ada on elsewhere, .* Wait until it has finished\. Only if that process was killed, .*--stack 'it'\\''s'$/,
  );
});

test("Pulumi Cloud does not say who it is", () => {
  const conflict = "[409] Conflict: Another update is currently in progress.";
  expect(lockedBy(conflict, "prod")).toBe(
    "Another update of stack prod is in progress. Wait until it has finished.",
  );
});
