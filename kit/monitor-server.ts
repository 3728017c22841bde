import { promisify } from "node:util";
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engine from "@pulumi/pulumi/proto/engine_pb";
import type { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** How a stand-in for the engine answers a program. Undefined fails the program. */
export interface MonitorAnswers {
  readonly registerResource: (
    request: proto.RegisterResourceRequest,
  ) => proto.RegisterResourceResponse | undefined;
  /** Default: undefined. */
  readonly invoke?: (request: proto.ResourceInvokeRequest) => InvokeResponse | undefined;
  readonly onLog?: (request: engine.LogRequest) => void;
  /** The program says that it has declared everything. */
  readonly onEnd?: () => void;
}

export interface MonitorServer {
  /** What a program connects to. */
  readonly address: string;
  /** Answers the calls that have begun, and ends. */
  readonly close: () => Promise<void>;
  /** Ends at once. */
  readonly stop: () => void;
}

/** @param address `127.0.0.1:PORT`, with port 0 for one that is free, or `unix:FILE` */
export async function startMonitorServer(address: string, answers: MonitorAnswers): Promise<MonitorServer> {
  const server = new Server();
  server.addService(ResourceMonitorService, {
    supportsFeature: unary(() => new proto.SupportsFeatureResponse().setHassupport(true)),
    registerResource: unary(answers.registerResource),
    invoke: unary((request: proto.ResourceInvokeRequest) => answers.invoke?.(request)),
    registerResourceOutputs: unary(() => new Empty()),
    registerResourceHook: unary(() => new Empty()),
    signalAndWaitForShutdown: unary(() => {
      answers.onEnd?.();
      return new Empty();
    }),
  } satisfies UntypedServiceImplementation);
  server.addService(EngineService, {
    log: unary((request: engine.LogRequest) => {
      answers.onLog?.(request);
      return new Empty();
    }),
    getRootResource: unary(() => new engine.GetRootResourceResponse()),
    setRootResource: unary(() => new engine.SetRootResourceResponse()),
    requirePulumiVersion: unary(() => new engine.RequirePulumiVersionResponse()),
  } satisfies UntypedServiceImplementation);
  const port = await promisify(server.bindAsync.bind(server))(address, ServerCredentials.createInsecure());
  return {
    address: address.replace(/(?<=^127\.0\.0\.1:)\d+$/, String(port)),
    close: () => promisify(server.tryShutdown.bind(server))(),
    stop: () => {
      server.forceShutdown();
    },
  };
}

function unary<Request, Response>(answer: (request: Request) => Response | undefined) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    const response = answer(call.request);
    if (response === undefined) callback({ code: status.ABORTED, details: "This is not answered here." });
    else callback(null, response);
  };
}
