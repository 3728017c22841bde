import { setTimeout as delay } from "node:timers/promises";
import type { SecretValue } from "../component/contract/secret-value";
import { GcpServer } from "../harness/gcp-server";
import { startJsonServer } from "../harness/json-server";
import { KvServer } from "../harness/kv-server";
import { awsSecret, gcpSecret, vaultSecret } from "../secrets";

/** How long each answer takes, as over a network. */
export const ANSWER_MS = 50;

const TOKEN = "a-token-of-the-benchmark";
const DAY_MS = 24 * 60 * 60 * 1000;
/** When the version before and the current one were made: recently, so that both are read. */
const BEFORE = new Date(Date.now() - 90 * DAY_MS);
const CURRENT = new Date(Date.now() - DAY_MS);

export interface Source {
  readonly name: string;
  /** @param secret the name of the secret */
  readonly read: (secret: string) => SecretValue;
}

/** Secrets managers on this machine. Each has every secret, and a version before it. */
export interface Managers {
  readonly sources: readonly Source[];
  /** How many requests for secrets were sent since the last call. */
  readonly takeRequests: () => number;
  readonly close: () => void;
}

export async function startManagers(values: readonly (readonly [string, string])[]): Promise<Managers> {
  const texts = new Map(values);
  const aws = await startJsonServer(async ({ body }) => {
    await delay(ANSWER_MS);
    const { SecretId, VersionStage } = JSON.parse(body) as Record<string, string>;
    const isCurrent = VersionStage === "AWSCURRENT";
    return {
      body: {
        ...{ ARN: "arn", Name: SecretId, VersionId: VersionStage },
        SecretString: `${texts.get(SecretId ?? "") ?? ""}${isCurrent ? "" : "before"}`,
        CreatedDate: (isCurrent ? CURRENT : BEFORE).getTime() / 1000,
      },
    };
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "id",
    AWS_SECRET_ACCESS_KEY: "key",
  });
  const gcp = await GcpServer.start();
  const resource = (name: string) => `projects/bench/secrets/${name}`;
  gcp.fault = () => delay(ANSWER_MS).then(() => undefined);
  gcp.secrets = Object.fromEntries(
    values.map(([name, text]) => [
      resource(name),
      [
        { data: `${text}before`, created: BEFORE },
        { data: text, created: CURRENT },
      ],
    ]),
  );
  const vault = await KvServer.start(TOKEN);
  vault.fault = () => delay(ANSWER_MS).then(() => undefined);
  vault.secrets = Object.fromEntries(
    values.map(([name, value]) => [
      name,
      [
        { fields: { value: `${value}before` }, created: BEFORE },
        { fields: { value }, created: CURRENT },
      ],
    ]),
  );
  Object.assign(process.env, { VAULT_ADDR: vault.server.url, VAULT_TOKEN: TOKEN });
  return {
    sources: [
      { name: "AWS", read: (secret) => awsSecret(secret) },
      { name: "Vault", read: (secret) => vaultSecret(secret, { key: "value" }) },
      { name: "Google Cloud", read: (secret) => gcpSecret(resource(secret), { endpoint: gcp.server.url }) },
    ],
    takeRequests: () =>
      aws.takeRequests().length +
      vault.server.takeRequests().length +
      gcp.server.takeRequests().filter(({ path }) => path.includes("/secrets/")).length,
    close: () => {
      aws.close();
      gcp.close();
      vault.server.close();
    },
  };
}
