import { promisify } from "node:util";
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
  /** How many programs have said, since the last call, that they declared everything. A real engine then deletes the rest. */
  takeEnds(): number;
  /** Answers the calls that have begun, and ends. */
  close(): Promise<void>;
}

/**
 * Stands in for the engine that a program connects to. Every registration is answered at once with its own inputs, as
 * Pulumi's mocks do.
 *
 * @param port the port to listen on; one that is free by default
 */
export async function startMonitor(port = 0): Promise<Monitor> {
  const types: string[] = [];
  const messages: string[] = [];
  let ends = 0;
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
    signalAndWaitForShutdown: unary(() => {
      ends += 1;
      return new Empty();
    }),
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
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, free) => {
      if (error) reject(error);
      else resolve(free);
    });
  });
  return {
    address: `127.0.0.1:${bound}`,
    takeTypes: () => types.splice(0),
    takeMessages: () => messages.splice(0),
    takeEnds: () => {
      const taken = ends;
      ends = 0;
      return taken;
    },
    close: () => promisify(server.tryShutdown.bind(server))(),
  };
}

function unary<Request, Response>(answer: (request: Request) => Response) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    callback(null, answer(call.request));
  };
}
