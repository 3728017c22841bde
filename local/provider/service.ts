import { getVersion } from "@pulumi/cloudflare/utilities";
import {
  type sendUnaryData,
  type ServerUnaryCall,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Api, type Connection } from "./api";
import { checkInputs, connectionOf, unreal } from "./check";
import { diffInputs } from "./diff";
import { EngineLog } from "./engine-log";
import { invokes } from "./invokes";
import { kindOf } from "./kinds";
import type { ResourceKind } from "./resource";
import { maskSecrets } from "../mask";
import { fromStruct, type Properties, sealedTexts, toStruct } from "./values";

function unserved(token: string): Error {
  return new Error(
    `The local stand-in provider does not serve ${token}; the official one does (CLOUDFLARE_PROVIDER=official)`,
  );
}

/** Wraps a handler so that an error fails only its own call and the provider keeps serving. */
function unary<Request, Response>(handle: (request: Request, peer: string) => Response | Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    Promise.resolve()
      .then(() => handle(call.request, call.getPeer()))
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) });
        },
      );
  };
}

/** Masks the secrets in the error of a request: it quotes the API's answer, which may quote the request. */
async function masked<T>(kind: ResourceKind, sent: Properties, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(maskSecrets(message, sealedTexts(kind.seal(sent))));
  }
}

/**
 * Implements the part of Pulumi's provider protocol that resources and invokes need. We do not use Pulumi's own server
 * for TypeScript providers because it ignores Configure and returns no detailed diff. All other methods answer
 * "unimplemented", which the engine handles.
 */
export function createService(defaults: Connection): UntypedServiceImplementation {
  // Every provider resource shares this server: the engine opens one connection for each.
  const connections = new Map<string, Api>();
  const defaultApi = new Api(defaults);
  const apiOf = (peer: string) => connections.get(peer) ?? defaultApi;
  const log = new EngineLog();
  const warnOfStay = async (peer: string, urn: string, { stays }: ResourceKind) => {
    if (stays !== undefined)
      await log.warn(peer, urn, `Destroying this resource makes no request: ${stays}.`);
  };

  return {
    attach: unary((request: plugin.PluginAttach, peer) => {
      log.attach(peer, request.getAddress());
      return new Empty();
    }),
    cancel: unary(() => new Empty()),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(getVersion())),

    // Like the official provider, this one accepts no secrets: the engine passes plain values and tracks which of them
    // were secret. It does not implement previews either: the engine uses the inputs, so a preview makes no request.
    configure: unary((request: proto.ConfigureRequest, peer) => {
      connections.set(peer, new Api(connectionOf(request, defaults)));
      return new proto.ConfigureResponse();
    }),

    check: unary(async (request: proto.CheckRequest, peer) => {
      const [kind, inputs] = [kindOf(request), fromStruct(request.getNews())];
      for (const message of unreal(request.getType(), kind, inputs)) {
        await log.warn(peer, request.getUrn(), message);
      }
      return checkInputs(kind, inputs);
    }),

    diff: unary((request: proto.DiffRequest) => {
      const olds = fromStruct(request.getOldInputs() ?? request.getOlds());
      return diffInputs(kindOf(request), olds, fromStruct(request.getNews()));
    }),

    create: unary(async (request: proto.CreateRequest, peer) => {
      const kind = kindOf(request);
      const inputs = fromStruct(request.getProperties());
      await warnOfStay(peer, request.getUrn(), kind);
      const { id, outputs } = await masked(kind, inputs, () => kind.create(apiOf(peer), inputs));
      return new proto.CreateResponse().setId(id).setProperties(toStruct(kind.seal(outputs)));
    }),

    read: unary(async (request: proto.ReadRequest, peer) => {
      const kind = kindOf(request);
      const [state, inputs] = [fromStruct(request.getProperties()), fromStruct(request.getInputs())];
      const found = await masked(kind, state, () => kind.read(apiOf(peer), request.getId(), state, inputs));
      if (found === undefined) return new proto.ReadResponse();
      return new proto.ReadResponse()
        .setId(found.id)
        .setInputs(toStruct(kind.seal(found.inputs)))
        .setProperties(toStruct(kind.seal(found.outputs)));
    }),

    update: unary(async (request: proto.UpdateRequest, peer) => {
      const kind = kindOf(request);
      const [inputs, state] = [fromStruct(request.getNews()), fromStruct(request.getOlds())];
      const id = request.getId();
      const outputs = await masked(kind, { ...state, ...inputs }, () =>
        kind.update(apiOf(peer), inputs, id, state),
      );
      return new proto.UpdateResponse().setProperties(toStruct(kind.seal(outputs)));
    }),

    delete: unary(async (request: proto.DeleteRequest, peer) => {
      const [kind, state] = [kindOf(request), fromStruct(request.getProperties())];
      await warnOfStay(peer, request.getUrn(), kind);
      await masked(kind, state, () => kind.delete(apiOf(peer), state, request.getId()));
      return new Empty();
    }),

    invoke: unary(async (request: proto.InvokeRequest, peer) => {
      const invoke = invokes[request.getTok()];
      if (invoke === undefined) throw unserved(request.getTok());
      const result = await invoke(apiOf(peer), fromStruct(request.getArgs()));
      return new proto.InvokeResponse().setReturn(toStruct(result));
    }),
  };
}
