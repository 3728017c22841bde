import type { Reasons } from "./failure";

const NO_CREDENTIALS =
  "there are no valid credentials for Google Cloud. Run `gcloud auth application-default login`, or let the workflow use " +
  "workload identity federation (docs/sources.md)";
const BUSY = "Google refuses so many requests, also after retries. Try again";
const BROKEN = "Google has an error of its own, also after retries. Try again";

/** What the errors of Google Cloud Secret Manager mean, by the status in its answers. */
export const GCP_REASONS: Reasons = {
  NOT_FOUND: "there is no such secret, or no such version of it. Check the project, the name and the version",
  PERMISSION_DENIED:
    "the credentials may not read it. They need the role Secret Manager Secret Accessor, and its API must be enabled",
  NO_VIEWER:
    "the credentials may not list its versions, among which the value before is. Give them the role Secret Manager Viewer " +
    "too, or set previousFor: 0",
  FAILED_PRECONDITION: "it is disabled or destroyed. Enable it, or add a version",
  INVALID_ARGUMENT: "Google cannot have a secret or a version of this name. Check both",
  UNAUTHENTICATED: NO_CREDENTIALS,
  RESOURCE_EXHAUSTED: BUSY,
  INTERNAL: BROKEN,
  UNAVAILABLE: BROKEN,
  DEADLINE_EXCEEDED: BROKEN,
};

/** An error that is one of the reasons, whatever the client's error says. */
export class GcpError extends Error {
  constructor(name: keyof typeof GCP_REASONS, cause: unknown) {
    super("", { cause });
    this.name = name;
  }
}

/** The status in the body of an answer, which is the message of the client's error. */
export function statusOf(error: unknown): string | undefined {
  return /"status": ?"([A-Z_]{3,40})"/.exec((error as Error).message)?.[1];
}

/** Whether a request can succeed if it is repeated. */
export function isBusy(error: unknown): boolean {
  return ["RESOURCE_EXHAUSTED", "INTERNAL", "UNAVAILABLE"].includes(statusOf(error) ?? "");
}
