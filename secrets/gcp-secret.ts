import type * as Gcp from "@google-cloud/secret-manager";
import { RunError } from "@pulumi/pulumi";
import type { SecretValue } from "../component/contract/secret-value";
import { SourceError } from "../component/contract/source-error";
import type { GcpSecretOptions } from "../component/contract/source-options";
import { type Answer, picked, secretValue } from "./source/answer";
import { crc32c } from "./source/crc32c";
import { failure } from "./source/failure";
import { fetchOnce } from "./source/fetch-once";
import { GcpSecret, type GcpVersion, type Payload } from "./source/gcp-client";
import { GCP_REASONS, GcpError, statusOf } from "./source/gcp-reasons";
import { loadClient } from "./source/load-client";
import { daysOf, isAccepted } from "./source/previous-for";

const PACKAGE = "@google-cloud/secret-manager";
const NAME = /^projects\/[^/]+(?:\/locations\/([^/]+))?\/secrets\/[\w-]+$/;

/**
 * Reads a secret from Google Cloud Secret Manager, as part of a binding: its value, the enabled version before, its source
 * and version. The package `@google-cloud/secret-manager` must be installed. The credentials need the role Secret Manager
 * Secret Accessor, and Secret Manager Viewer for the version before.
 *
 * @example
 * secretTextBindings: [{ name: "API_KEY", ...gcpSecret("projects/shop/secrets/api-key") }]
 *
 * @param name the secret's resource name: `projects/<project>/secrets/<secret>`, or with a location
 *   `projects/<project>/locations/<location>/secrets/<secret>`
 * @throws pulumi.RunError if the package is missing; what is wrong with the secret is a problem of the binding
 */
export function gcpSecret(name: string, options: GcpSecretOptions = {}): SecretValue {
  const [matches, location] = NAME.exec(name) ?? [];
  if (matches === undefined) throw new RunError(EXPECTED_NAME);
  const days = daysOf(options, "gcpSecret");
  const host = location === undefined ? "secretmanager" : `secretmanager.${location}.rep`;
  const { version = "latest", endpoint = `https://${host}.googleapis.com` } = options;
  const gcp = loadClient(PACKAGE, "gcpSecret") as typeof Gcp;
  const subject = `Google Cloud Secret Manager, version ${version} of "${name}"`;
  const ask = async () => {
    try {
      return await fetch(await GcpSecret.open(gcp, name, endpoint), version, days);
    } catch (error) {
      throw failure(subject, { name: statusOf(error), cause: error }, GCP_REASONS);
    }
  };
  return secretValue({ kind: "gcp-secret-manager", secret: name }, async () =>
    picked(await fetchOnce(["gcp", name, endpoint, version, days], ask), (payload) =>
      textOf(payload, subject),
    ),
  );
}

const EXPECTED_NAME =
  'gcpSecret: expected the resource name of a secret, such as "projects/shop/secrets/api-key". A version is an option.';

async function fetch(secret: GcpSecret, asked: string, days: number): Promise<Answer<Payload>> {
  const found = await secret.access(asked);
  if (days === 0) {
    // Only the date is missing without the permission.
    const version = await secret.version(found.id).catch(() => undefined);
    return { current: { ...found, created: version?.created } };
  }
  const { current, before } = await enabledBefore(secret, found.id);
  const isBound = before !== undefined && isAccepted([current?.created, before.created], days);
  return {
    current: { ...found, created: current?.created },
    previous: isBound ? { ...(await secret.access(before.id)), created: before.created } : undefined,
  };
}

/** Finds a version in the list, and the one before it: numbers only grow. */
async function enabledBefore(secret: GcpSecret, id: string) {
  let current: GcpVersion | undefined;
  try {
    for await (const version of secret.enabledVersions()) {
      if (version.id === id) current = version;
      else if (Number(version.id) < Number(id)) return { current, before: version };
    }
  } catch (error) {
    if (statusOf(error) === "PERMISSION_DENIED") throw new GcpError("NO_VIEWER", error);
    throw error;
  }
  return { current };
}

function textOf({ data, dataCrc32c }: Payload, subject: string): string {
  const bytes = Buffer.from(data ?? "");
  if (String(dataCrc32c) !== String(crc32c(bytes))) {
    throw new SourceError(
      `${subject}: its checksum is another one, so it was damaged on the way. Try again.`,
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SourceError(`${subject}: it is binary, and a Worker's secret is text. Store it as text.`);
  }
}
