import * as pulumi from "@pulumi/pulumi";
import type { ResolvedArgs } from "./declared-bindings";

/** Finds settings that the provider accepts in a preview and then fails with, after it has uploaded the Worker. */
export function findSettingProblems({ assets }: ResolvedArgs): string[] {
  if (assets === undefined || pulumi.isUnknown(assets)) {
    return [];
  }
  const { directory, jwt } = (assets ?? {}) as Record<string, unknown>;
  return directory === undefined && jwt === undefined ? [`assets: expected ${ASSETS}.`] : [];
}

const ASSETS =
  "a directory, or the jwt of an upload. With a config alone the provider fails after it has uploaded the Worker. " +
  "Add one of them, or take assets out";

/** Finds settings on which a version of the provider crashed. */
export function findSettingWarnings({ placement }: ResolvedArgs): string[] {
  return placement === undefined ? [] : [PLACEMENT];
}

const PLACEMENT =
  "placement made the official provider crash in version 6.17, after it had begun the upload; newer ones are not " +
  "checked. If `pulumi up` says that the plugin exited, take placement out and set it in Cloudflare's dashboard.";
