import { credentials, Server } from "@grpc/grpc-js";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import * as pulumi from "@pulumi/pulumi";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { policies } from "../../policy/policies";

/** A resource as the engine shows it to a policy pack. */
export interface Analyzed {
  readonly type: string;
  readonly name?: string;
  readonly stack?: string;
  /** The type of the parent, `""` for no parent. Default: the stack. */
  readonly parent?: string;
  /** Default: the resource's name. */
  readonly parentName?: string;
  /** With secrets and unknown values in the form that they have on the wire. */
  readonly props: object;
  /** The resources that the property `bindings` depends on. */
  readonly uses?: readonly Analyzed[];
}

/** A value that a preview does not know yet, as it is on the wire. */
export const UNKNOWN = pulumi.runtime.unknownValue;

/** A secret as it is on the wire. */
export function sealed(value: unknown): object {
  return { [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig, value };
}

type Config = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The policy pack, asked as the engine asks it. */
export interface Pack {
  /** `policy: message` of each violation. */
  analyze(resource: Analyzed, config?: Config): Promise<string[]>;
  analyzeStack(resources: readonly Analyzed[], config?: Config): Promise<string[]>;
  /** The inputs after the remediation; undefined without one. */
  remediate(resource: Analyzed, policy: string): Promise<object | undefined>;
  close(): void;
}

/** Starts the pack's own server in this process. */
export async function startPack(): Promise<Pack> {
  const bind = jest.spyOn(Server.prototype, "bindAsync");
  const port = await new Promise<string>((resolve) => {
    jest.spyOn(console, "log").mockImplementation(resolve);
    // With its extension, because `npm pack` puts JavaScript beside it for a moment.
    jest.requireActual("../../policy/index.ts");
  });
  const servers = bind.mock.contexts as Server[];
  jest.restoreAllMocks();
  const client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const configure = (config: Config, level?: messages.EnforcementLevel) =>
    call<unknown>((done) => client.configure(configRequest(config, level), done));
  return {
    async analyze(resource, config = {}) {
      await configure(config);
      return violations(await call((done) => client.analyze(request(resource), done)));
    },
    async analyzeStack(resources, config = {}) {
      await configure(config);
      const stack = new messages.AnalyzeStackRequest();
      stack.setResourcesList(resources.map(stackResource));
      return violations(await call((done) => client.analyzeStack(stack, done)));
    },
    async remediate(resource, policy) {
      await configure({ [policy]: {} }, messages.EnforcementLevel.REMEDIATE);
      const answer = await call<messages.RemediateResponse>((done) =>
        client.remediate(request(resource), done),
      );
      return answer.getRemediationsList()[0]?.getProperties()?.toJavaScript();
    },
    close() {
      client.close();
      for (const server of servers) server.forceShutdown();
    },
  };
}

type Callback<T> = (error: Error | null, value: T) => void;

function call<T>(send: (done: Callback<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    send((error, value) => {
      if (error === null) resolve(value);
      else reject(error);
    });
  });
}

/** The engine fills in the defaults of each policy's schema. */
function configRequest(
  config: Config,
  level: messages.EnforcementLevel = messages.EnforcementLevel.MANDATORY,
): messages.ConfigureAnalyzerRequest {
  const all = new messages.ConfigureAnalyzerRequest();
  for (const { name, configSchema } of policies) {
    const schema = Object.entries(configSchema?.properties ?? {});
    const defaults = schema.flatMap(([key, value]) =>
      value.default === undefined ? [] : [[key, value.default]],
    );
    const values = { ...(Object.fromEntries(defaults) as object), ...config[name] };
    const policy = new messages.PolicyConfig();
    policy.setProperties(struct(values));
    policy.setEnforcementlevel(level);
    all.getPolicyconfigMap().set(name, policy);
  }
  return all;
}

function urnOf({ type, name = "worker", stack = "dev", parent }: Analyzed): string {
  return `urn:pulumi:${stack}::project::${parent === undefined ? "" : `${parent}$`}${type}::${name}`;
}

function fill<T extends messages.AnalyzeRequest | messages.AnalyzerResource>(
  message: T,
  resource: Analyzed,
): T {
  const { type, name = "worker", stack, parent, parentName = name, props } = resource;
  const options = new messages.AnalyzerResourceOptions();
  const parentType = parent ?? "pulumi:pulumi:Stack";
  if (parent !== "")
    options.setParent(urnOf({ type: parentType, name: parentName, ...(stack && { stack }), props: {} }));
  message.setType(type);
  message.setName(name);
  message.setUrn(urnOf(resource));
  message.setOptions(options);
  message.setProperties(struct(props));
  return message;
}

function request(resource: Analyzed): messages.AnalyzeRequest {
  return fill(new messages.AnalyzeRequest(), resource);
}

function stackResource(resource: Analyzed): messages.AnalyzerResource {
  const { uses = [] } = resource;
  const message = fill(new messages.AnalyzerResource(), resource);
  const dependencies = new messages.AnalyzerPropertyDependencies();
  dependencies.setUrnsList(uses.map(urnOf));
  if (uses.length > 0) message.getPropertydependenciesMap().set("bindings", dependencies);
  return message;
}

function struct(value: object): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as Record<string, JavaScriptValue>);
}

function violations(answer: messages.AnalyzeResponse): string[] {
  return answer.getDiagnosticsList().map((found) => `${found.getPolicyname()}: ${found.getMessage()}`);
}
