import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as engine from "@pulumi/pulumi/proto/engine_pb";
import * as engineProto from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

export interface Monitor {
  /** The value of the runner's `--monitor` and `--engine`. */
  readonly address: string;
  /** The types of the resources that were registered since the last call. */
  takeTypes(): string[];
  /** The warnings and errors that were logged since the last call. */
  takeMessages(): string[];
  close(): void;
}

/**
 * Stands in for the engine that a program connects to. Every registration is answered at once with its own inputs, as
 * Pulumi's mocks do.
 */
export async function startMonitor(): Promise<Monitor> {
  const types: string[] = [];
  const messages: string[] = [];
  const server = new Server();
  server.addService(ResourceMonitorService, {
    supportsFeature: unary(() => new proto.SupportsFeatureResponse().setHassupport(true)),
    registerResource: unary((request: proto.RegisterResourceRequest) => {
      types.push(request.getType());
      return new proto.RegisterResourceResponse()
        .setUrn(`urn:pulumi:dev::bench::${request.getType()}::${request.getName()}`)
        .setId(request.getCustom() ? "id" : "")
        .setObject(request.getObject());
    }),
    registerResourceOutputs: unary(() => new Empty()),
    registerResourceHook: unary(() => new Empty()),
    signalAndWaitForShutdown: unary(() => new Empty()),
  } satisfies UntypedServiceImplementation);
  server.addService(EngineService, {
    log: unary((request: engine.LogRequest) => {
      if (request.getSeverity() >= engineProto.LogSeverity.WARNING) {
        messages.push(request.getMessage());
      }
      return new Empty();
    }),
    getRootResource: unary(() => new engineProto.GetRootResourceResponse()),
    setRootResource: unary(() => new engineProto.SetRootResourceResponse()),
    requirePulumiVersion: unary(() => new engineProto.RequirePulumiVersionResponse()),
  } satisfies UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    takeTypes: () => types.splice(0),
    takeMessages: () => messages.splice(0),
    close: () => {
      server.forceShutdown();
    },
  };
}

function unary<Request, Response>(answer: (request: Request) => Response) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    callback(null, answer(call.request));
  };
}
