import { LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import { startMonitorServer } from "../kit/monitor-server";

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
  const { address, close } = await startMonitorServer(`127.0.0.1:${port}`, {
    registerResource: (request) => {
      types.push(request.getType());
      return new RegisterResourceResponse()
        .setUrn(`urn:pulumi:dev::bench::${request.getType()}::${request.getName()}`)
        .setId(request.getCustom() ? "id" : "")
        .setObject(request.getObject());
    },
    onLog: (request) => {
      if (request.getSeverity() >= LogSeverity.WARNING) messages.push(request.getMessage());
    },
    onEnd: () => {
      ends += 1;
    },
  });
  return {
    address,
    takeTypes: () => types.splice(0),
    takeMessages: () => messages.splice(0),
    takeEnds: () => {
      const taken = ends;
      ends = 0;
      return taken;
    },
    close,
  };
}
