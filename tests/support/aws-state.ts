import { strict as assert } from "node:assert";
import type { SharedState } from "./team";

const BUCKET = "pulumi-state";
const ALIAS = "alias/pulumi";

export interface AwsState extends SharedState {
  /** The content of each object in the bucket, by its key. */
  objects(): Promise<ReadonlyMap<string, string>>;
}

/** Makes a bucket and a key in the AWS that the environment points to, for the state of stacks. */
export async function makeAwsState(): Promise<AwsState> {
  const { AWS_ENDPOINT_URL: endpoint = "", AWS_REGION: region = "" } = process.env;
  const request = async (service: "kms" | "s3", place: string, headers = {}, init: RequestInit = {}) => {
    // moto reads the service from here, and checks no signature.
    const scope = `any/20260101/${region}/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
    const response = await fetch(`${endpoint}/${place}`, { ...init, headers: { authorization, ...headers } });
    const text = await response.text();
    assert.ok(response.ok, text);
    return text;
  };
  const keys = (operation: string, body: object) => {
    const headers = {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `TrentService.${operation}`,
    };
    return request("kms", "", headers, { method: "POST", body: JSON.stringify(body) });
  };
  const { KeyMetadata } = JSON.parse(await keys("CreateKey", {})) as { KeyMetadata: { KeyId: string } };
  await keys("CreateAlias", { AliasName: ALIAS, TargetKeyId: KeyMetadata.KeyId });
  const body = `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
  await request("s3", BUCKET, { "content-type": "application/xml" }, { method: "PUT", body });
  return {
    // The bucket is no part of the host name, because this machine has no name for it.
    backend: `s3://${BUCKET}?region=${region}&s3ForcePathStyle=true`,
    secretsProvider: `awskms://${ALIAS}?region=${region}`,
    async objects() {
      const list = await request("s3", `${BUCKET}?list-type=2`);
      const names = [...list.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, name = ""]) => name);
      const entries = names.map(async (name) => [name, await request("s3", `${BUCKET}/${name}`)] as const);
      return new Map(await Promise.all(entries));
    },
  };
}
