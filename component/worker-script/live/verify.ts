import * as pulumi from "@pulumi/pulumi";
import { reasonOf } from "../../answers";
import { differsFromDeclared, gone, notVerified, notVerifiedWarning, uploadsBetween } from "./deployed";
import type { Script } from "./hook-inputs";
import { look, newestUpload, type Version } from "./lookup";
import type { Note } from "./verdict";

/** Cloudflare's answers can be older than an upload that it has just accepted, so a difference is looked at again. */
const WAITS_MS = [1_000, 2_000, 4_000];

/** An upload of the Worker in this run. */
export interface Upload {
  /** The number of the newest upload before it; undefined if it was not known. */
  readonly after: number | undefined;
}

/** The Worker as it is: its versions that get traffic, why it cannot be compared, or that it is gone. */
type Found = readonly Version[] | string | undefined;

/**
 * Compares what is live with what is declared.
 *
 * @param script what is declared
 * @param upload this run's upload, whose result gets all the traffic: then one request is enough
 * @param unreadable what to do if the Worker cannot be read
 * @returns what to warn of
 * @throws pulumi.RunError if the Worker differs, is gone, or cannot be read
 */
export async function verify(
  script: Script,
  upload: Upload | undefined,
  unreadable: "error" | "warn",
  parent: pulumi.Resource,
): Promise<Note[]> {
  const { scriptName, bindings: declared } = script;
  const waits = upload ? [...WAITS_MS] : [];
  for (;;) {
    const found = upload ? await uploaded(script, parent) : await serving(script, parent);
    if (typeof found === "string") {
      if (unreadable === "error") throw new pulumi.RunError(notVerified(scriptName, found));
      return [{ severity: "warn", message: notVerifiedWarning(scriptName, found) }];
    }
    const number = found?.[0]?.number;
    const isOld = upload?.after !== undefined && number !== undefined && number <= upload.after;
    const difference = found
      ? differsFromDeclared(scriptName, declared, found, upload !== undefined)
      : gone(scriptName);
    if (difference === undefined && !isOld) {
      const between = uploadsBetween(scriptName, upload?.after, number);
      return between === undefined ? [] : [{ severity: "warn", message: between }];
    }
    const wait = waits.shift();
    if (wait === undefined) {
      throw new pulumi.RunError(difference ?? notVerified(scriptName, "an answer from before the upload"));
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

async function uploaded(script: Script, parent: pulumi.Resource): Promise<Found> {
  return newestUpload(script, parent).then(
    (version) => [version],
    (error: unknown) => reasonOf(error),
  );
}

async function serving(script: Script, parent: pulumi.Resource): Promise<Found> {
  const seen = await look({ ...script, isOurs: true, takeOver: false }, parent);
  return seen.kind === "unreadable" ? seen.reason : seen.serving;
}
