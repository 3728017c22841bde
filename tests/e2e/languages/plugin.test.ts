import assert from "node:assert/strict";
import { test } from "node:test";
import { promisify } from "node:util";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest, type GetSchemaResponse } from "@pulumi/pulumi/proto/provider_pb";
import schema from "../../../component/schema.json";
import { PLUGIN, startPlugin } from "../../support/component-plugin";

/** Pulumi's host for Node.js starts plugins with it. */
const RUNNER = require.resolve("@pulumi/pulumi/cmd/run-plugin");

const STARTS = {
  "as the engine starts it": [`${PLUGIN}/pulumi-resource-cloudflare-worker-secrets`],
  "as `pulumi package add` starts it": [process.execPath, RUNNER, PLUGIN],
};

for (const [how, command] of Object.entries(STARTS)) {
  test(`the plugin serves the component's own schema, ${how}`, async (t) => {
    const [, port = ""] = (await startPlugin(t, command)).split(":");
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    t.after(() => {
      client.close();
    });
    const getSchema = promisify<GetSchemaRequest, GetSchemaResponse>(client.getSchema.bind(client));
    const served: unknown = JSON.parse((await getSchema(new GetSchemaRequest())).getSchema());
    assert.deepEqual(served, schema);
  });
}
