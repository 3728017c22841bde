import type * as Aws from "@aws-sdk/client-secrets-manager";
import type { SecretValue } from "../component/contract/secret-value";
import { perRun } from "../component/contract/per-run";
import { SourceError } from "../component/contract/source-error";
import type { AwsSecretOptions } from "../component/contract/source-options";
import { AWS_REASONS } from "./source/aws-reasons";
import { type Answer, picked, secretValue, type Version } from "./source/answer";
import { failure } from "./source/failure";
import { fetchOnce } from "./source/fetch-once";
import { jsonKey } from "./source/json-key";
import { loadClient } from "./source/load-client";
import { daysOf, isAccepted } from "./source/previous-for";

const PACKAGE = "@aws-sdk/client-secrets-manager";
const CURRENT = "AWSCURRENT";
/** No request has a limit of its own. It is repeated, as the SDK does by itself. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true };

/**
 * Reads a secret from AWS Secrets Manager, as part of a binding: its value, the value before, its source and version. The
 * package `@aws-sdk/client-secrets-manager` must be installed. The credentials need `secretsmanager:GetSecretValue`.
 *
 * @example
 * secretTextBindings: [{ name: "DB_PASSWORD", ...awsSecret("shop/database", { key: "password" }) }]
 *
 * @param id the secret's name or ARN
 * @throws pulumi.RunError if the package is missing; what is wrong with the secret is a problem of the binding
 */
export function awsSecret(id: string, options: AwsSecretOptions = {}): SecretValue {
  const { key, version = { stage: CURRENT }, profile } = options;
  const region = options.region ?? /^arn:[\w-]+:secretsmanager:([\w-]+):/.exec(id)?.[1];
  const days = daysOf(options, "awsSecret");
  const aws = loadClient(PACKAGE, "awsSecret") as typeof Aws;
  const subject = `AWS Secrets Manager, secret "${id}"${region === undefined ? "" : ` in ${region}`}`;
  const ask = async () => {
    try {
      return await fetch(clientFor(aws, region, profile), aws, id, version, days);
    } catch (error) {
      throw failure(subject, error, AWS_REASONS);
    }
  };
  const pick = ({ SecretString: text }: Aws.GetSecretValueResponse) => {
    if (text === undefined) throw new SourceError(`${subject}: ${BINARY}`);
    return key === undefined ? text : jsonKey(text, key, subject);
  };
  const source = { kind: "aws-secrets-manager", id, ...(key === undefined ? {} : { key }) } as const;
  return secretValue(source, async () =>
    picked(await fetchOnce(["aws", id, region, profile, version, days], ask), pick),
  );
}

const BINARY = "it is binary, and a Worker's secret is text. Store it as text, for example in Base64.";

/** A client keeps its connections and its credentials for the other secrets of the run. */
const clientsOfRun = perRun(() => new Map<string, Aws.SecretsManagerClient>());

function clientFor(aws: typeof Aws, region?: string, profile?: string): Aws.SecretsManagerClient {
  const clients = clientsOfRun();
  const key = JSON.stringify([region, profile]);
  const client =
    clients.get(key) ??
    new aws.SecretsManagerClient({
      ...(region === undefined ? {} : { region }),
      ...(profile === undefined ? {} : { profile }),
      requestHandler: TIMEOUTS,
    });
  clients.set(key, client);
  return client;
}

type Value = Version<Aws.GetSecretValueResponse>;

async function fetch(
  client: Aws.SecretsManagerClient,
  aws: typeof Aws,
  id: string,
  version: NonNullable<AwsSecretOptions["version"]>,
  days: number,
): Promise<Answer<Aws.GetSecretValueResponse>> {
  const get = async (of: Partial<Aws.GetSecretValueRequest>): Promise<Value> => {
    const value = await client.send(new aws.GetSecretValueCommand({ SecretId: id, ...of }));
    return { id: String(value.VersionId), created: value.CreatedDate?.toISOString(), value };
  };
  if ("id" in version) return { current: await get({ VersionId: version.id }) };
  const current = await get({ VersionStage: version.stage });
  if (version.stage !== CURRENT || days === 0) return { current };
  const previous = await get({ VersionStage: "AWSPREVIOUS" }).catch((error: unknown) => {
    // Before the first rotation, no version has this stage.
    if (error instanceof aws.ResourceNotFoundException) return undefined;
    throw error;
  });
  return { current, previous: isAccepted([current.created, previous?.created], days) ? previous : undefined };
}
