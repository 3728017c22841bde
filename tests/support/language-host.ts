import { execFile } from "node:child_process";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";

/** The exit code of a Python program whose error the engine has already. */
const SHOWN = 32;

/** How a program is started. */
export interface LanguageProgram {
  readonly command: string;
  /** @param options what says of the run what the environment does not, as Python's host passes it */
  readonly args: (options: readonly string[]) => readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Stands in for a language host of Pulumi's, which cannot be had from a package registry: it starts the program as the host
 * does, and the program's SDK does the rest.
 *
 * @param prepare makes the program in a folder ready to run, once
 * @param install installs the packages of the project in a folder, for `pulumi new`
 * @returns the environment in which the engine uses it
 */
export async function startLanguageHost(
  test: TestContext,
  runtime: string,
  prepare: (project: string) => Promise<LanguageProgram>,
  install: (project: string) => Promise<void> = () => Promise.resolve(),
): Promise<NodeJS.ProcessEnv> {
  let engine = "";
  let prepared: Promise<LanguageProgram> | undefined;
  const server = new Server();
  server.addService(LanguageRuntimeService, {
    handshake: answering((request: proto.LanguageHandshakeRequest) => {
      engine = request.getEngineAddress();
      return new proto.LanguageHandshakeResponse();
    }),
    getPluginInfo: answering(() => new PluginInfo()),
    getRequiredPackages: answering(() => new proto.GetRequiredPackagesResponse()),
    runtimeOptionsPrompts: answering(() => new proto.RuntimeOptionsResponse()),
    template: answering(() => new proto.TemplateResponse()),
    installDependencies(
      call: ServerWritableStream<proto.InstallDependenciesRequest, proto.InstallDependenciesResponse>,
    ) {
      install(call.request.getInfo()?.getProgramDirectory() ?? "").then(
        () => call.end(),
        (error: unknown) => call.destroy(error as Error),
      );
    },
    run: answering(async (request: proto.RunRequest) => {
      const { command, args, env } = await (prepared ??= prepare(request.getPwd()));
      const options = { cwd: request.getPwd(), env: { ...env, ...environmentOf(request, engine) } };
      return promisify(execFile)(command, args(optionsOf(request, engine)), options).then(
        () => new proto.RunResponse(),
        (error: unknown) => {
          const { code, stderr } = error as { code: number; stderr: string };
          return code === SHOWN
            ? new proto.RunResponse().setBail(true)
            : new proto.RunResponse().setError(`the program ended with ${code}: ${stderr}`);
        },
      );
    }),
  } satisfies UntypedServiceImplementation);
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind("127.0.0.1:0", ServerCredentials.createInsecure());
  test.after(() => {
    server.forceShutdown();
  });
  return { PULUMI_DEBUG_LANGUAGES: `${runtime}:${port}` };
}

/** What the host of Python tells the script that runs a program. */
function optionsOf(request: proto.RunRequest, engine: string): string[] {
  const options = {
    monitor: request.getMonitorAddress(),
    engine,
    project: request.getProject(),
    stack: request.getStack(),
    organization: request.getOrganization(),
    parallel: String(request.getParallel()),
    dry_run: String(request.getDryrun()),
  };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
}

/** What the hosts tell a program in its environment. */
function environmentOf(request: proto.RunRequest, engine: string): NodeJS.ProcessEnv {
  return {
    PULUMI_PROJECT: request.getProject(),
    PULUMI_STACK: request.getStack(),
    PULUMI_ORGANIZATION: request.getOrganization(),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_DRY_RUN: String(request.getDryrun()),
    PULUMI_PARALLEL: String(request.getParallel()),
    PULUMI_MONITOR: request.getMonitorAddress(),
    PULUMI_ENGINE: engine,
  };
}

function answering<Request, Response>(answer: (request: Request) => Response | Promise<Response>) {
  return ({ request }: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
    void Promise.resolve(answer(request)).then(
      (response) => {
        callback(null, response);
      },
      (error: unknown) => {
        callback(error as Error);
      },
    );
  };
}
