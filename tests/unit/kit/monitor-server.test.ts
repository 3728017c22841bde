import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { credentials, status } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { startMonitorServer } from "../../../kit/monitor-server";

/** Waits for the answer to a call. */
function answered<Response>(
  call: (done: (error: Error | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => {
      if (error) reject(error);
      else resolve(response);
    });
  });
}

for (const kind of ["a port", "a Unix socket"]) {
  test(`a program gets the answers on ${kind}; what has none is an error`, async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "monitor-"));
    const logged: string[] = [];
    let ends = 0;
    const server = await startMonitorServer(
      kind === "a port" ? "127.0.0.1:0" : `unix:${path.join(folder, "sock")}`,
      {
        registerResource: (request) =>
          request.getName() === "known" ? new proto.RegisterResourceResponse().setUrn("urn") : undefined,
        onLog: (request) => logged.push(request.getMessage()),
        onEnd: () => (ends += 1),
      },
    );
    const monitor = new ResourceMonitorClient(server.address, credentials.createInsecure());
    const engine = new EngineClient(server.address, credentials.createInsecure());
    const register = (name: string) =>
      answered<proto.RegisterResourceResponse>((done) =>
        monitor.registerResource(new proto.RegisterResourceRequest().setName(name), done),
      );
    expect((await register("known")).getUrn()).toBe("urn");
    await expect(register("unknown")).rejects.toMatchObject({ code: status.ABORTED });
    const invoked = answered((done) => monitor.invoke(new proto.ResourceInvokeRequest(), done));
    await expect(invoked).rejects.toMatchObject({ code: status.ABORTED });
    const feature = await answered<proto.SupportsFeatureResponse>((done) =>
      monitor.supportsFeature(new proto.SupportsFeatureRequest(), done),
    );
    expect(feature.getHassupport()).toBe(true);
    await answered((done) => engine.log(new LogRequest().setMessage("hello"), done));
    await answered((done) => monitor.signalAndWaitForShutdown(new Empty(), done));
    expect([logged, ends]).toEqual([["hello"], 1]);
    monitor.close();
    engine.close();
    await server.close();
    fs.rmSync(folder, { recursive: true });
  });
}
