import * as pulumi from "@pulumi/pulumi";
import { DEFAULT_COMPATIBILITY_DATE, WorkerScript, type WorkerScriptArgs } from "../../../component";
import { mapInputs } from "../../../component/inputs";
import {
  ACCOUNT_ID,
  CANARY,
  only,
  reveal,
  ROUTE,
  type RunOptions,
  runStack,
  SCRIPT,
  SECRET,
  type StackRun,
} from "../../support/mock-stack";

const ARGS = { accountId: ACCOUNT_ID, name: "script_1", content: "export default {}" };

/** Declares one WorkerScript; its outputs are the stack's. */
function declare(args: Partial<WorkerScriptArgs>, options: RunOptions = {}): Promise<StackRun> {
  return runStack(() => {
    const { name, secretNames, etag, url } = new WorkerScript("worker", { ...ARGS, ...args });
    return { name, secretNames, etag, url: url.apply((address) => address ?? null) };
  }, options);
}

function bindings(run: StackRun): unknown {
  return reveal(only(run, SCRIPT).inputs.bindings);
}

function secretLines(run: StackRun): string[] {
  return run.resources.filter(({ type }) => type === SECRET).map(({ name }) => name);
}

/** A value that a preview cannot know: another resource's output before that resource exists. */
function unknownUntilDeployed<T>(): pulumi.Output<T> {
  return pulumi.output(pulumi.unknown as unknown as T) as pulumi.Output<T>;
}

describe("bindings", () => {
  test("all kinds go into the one list of v6, sorted by name", async () => {
    const run = await declare({
      bindings: [{ type: "kv_namespace", name: "CACHE", namespaceId: "kv" }],
      plainTextBindings: [{ name: "LOG_LEVEL", text: "info" }],
      inheritedSecrets: ["VAULTED"],
      secretTextBindings: [
        { name: "b", text: "2" },
        { name: "API_KEY", text: "1" },
      ],
    });
    expect(bindings(run)).toEqual([
      { name: "API_KEY", type: "secret_text", text: "1" },
      { name: "CACHE", type: "kv_namespace", namespaceId: "kv" },
      { name: "LOG_LEVEL", type: "plain_text", text: "info" },
      { name: "VAULTED", type: "inherit" },
      { name: "b", type: "secret_text", text: "2" },
    ]);
  });

  test("a secret of the Secrets Store is bound by its store and name, and so is its previous value", async () => {
    const run = await declare({
      secretsStoreBindings: [
        { name: "THEIRS", storeId: ACCOUNT_ID, secretName: "theirs" },
        pulumi.output({
          name: "API_KEY",
          storeId: ACCOUNT_ID,
          secretName: "api-key",
          previous: "api-key_PREVIOUS",
        }),
      ],
    });
    const type = "secrets_store_secret";
    expect(bindings(run)).toEqual([
      { name: "API_KEY", type, storeId: ACCOUNT_ID, secretName: "api-key" },
      { name: "API_KEY_PREVIOUS", type, storeId: ACCOUNT_ID, secretName: "api-key_PREVIOUS" },
      { name: "THEIRS", type, storeId: ACCOUNT_ID, secretName: "theirs" },
    ]);
  });

  test("another order of the same bindings is the same upload", async () => {
    const one = { name: "ONE", text: "1" };
    const two = { name: "TWO", text: "2" };
    const run = await declare({ secretTextBindings: [one, two], plainTextBindings: [] });
    const reordered = await declare({ plainTextBindings: [], secretTextBindings: [two, one] });
    expect(only(reordered, SCRIPT).inputs).toEqual(only(run, SCRIPT).inputs);
  });

  test("names and lists that are Outputs or promises are sorted and named as plain ones are", async () => {
    const plain = await declare({
      secretTextBindings: [
        { name: "A", text: "1" },
        { name: "B", text: "2" },
        { name: "C", text: "3" },
      ],
    });
    const deferred = await declare({
      secretTextBindings: Promise.resolve([
        pulumi.output({ name: "C", text: "3" }),
        Promise.resolve({ name: "B", text: "2" }),
        { name: pulumi.output("A"), text: Promise.resolve("1") },
      ]),
    });
    expect(bindings(deferred)).toEqual(bindings(plain));
    expect(secretLines(deferred).sort()).toEqual(["worker/A", "worker/B", "worker/C"]);
    expect(deferred.outputs).toEqual(plain.outputs);
  });

  test("a single binding that is an Output is sorted by its name", async () => {
    const run = await declare({
      bindings: [
        pulumi.output({ type: "json", name: "Z", json: "{}" }),
        { type: "json", name: "A", json: "[]" },
      ],
    });
    expect(bindings(run)).toEqual([
      { type: "json", name: "A", json: "[]" },
      { type: "json", name: "Z", json: "{}" },
    ]);
  });

  test("what is no list is left to the check, which reports it with all the rest", () => {
    expect(mapInputs({ API_KEY: "x" } as never, (item) => item)).toEqual([]);
  });

  test("a binding that is null is left to the check too", async () => {
    const names = mapInputs([null, Promise.resolve(null)] as never, ({ name }: { name?: string }) => name);
    const run = await runStack(() => ({ names: pulumi.output(names).apply((list) => list.length) }));
    expect(run.outputs.names).toBe(2);
  });

  test("the upload always says that nothing undeclared is kept", async () => {
    expect(only(await declare({}), SCRIPT).inputs.keepBindings).toEqual([]);
  });
});

describe("sealing", () => {
  test.each([
    ["a plain string", () => CANARY],
    ["a promise", () => Promise.resolve(CANARY)],
    ["an Output that is no secret", () => pulumi.output(CANARY)],
    ["a secret", () => pulumi.secret(CANARY)],
  ])("a text that is %s reaches the engine sealed", async (_, text) => {
    const run = await declare({ secretTextBindings: [{ name: "KEY", text: text() }] });
    expect(openInputs(run)).not.toContain(CANARY);
    expect(bindings(run)).toEqual([{ name: "KEY", type: "secret_text", text: CANARY }]);
  });

  test("a value in another kind of binding is sealed too", async () => {
    const run = await declare({
      bindings: [
        { type: "secret_key", name: "SIGNING", algorithm: '"HMAC"', format: "raw", keyBase64: CANARY },
      ],
    });
    expect(openInputs(run)).not.toContain(CANARY);
  });

  test("the fingerprint is sealed, is not the text, and changes with the text only", async () => {
    const print = async (text: string) => {
      const run = await declare({ secretTextBindings: [{ name: "KEY", text }] });
      expect(pulumi.runtime.isRpcSecret(only(run, SECRET).inputs.fingerprint)).toBe(true);
      return reveal(only(run, SECRET).inputs.fingerprint);
    };
    const first = await print(CANARY);
    expect(first).not.toContain(CANARY);
    expect(await print(CANARY)).toBe(first);
    expect(await print(`${CANARY}2`)).not.toBe(first);
  });

  /** All that the engine would receive unencrypted. */
  function openInputs(run: StackRun): string {
    return JSON.stringify(run, (_, value: unknown) =>
      pulumi.runtime.isRpcSecret(value) ? "[sealed]" : value,
    );
  }
});

describe("the resource graph", () => {
  test("the component's own inputs are the choices that open the gate, which a policy can refuse", async () => {
    const component = "cloudflare-worker-secrets:index:WorkerScript";
    const open = { undeclaredSecrets: "warn", unreadableWorker: "warn", takeOver: true } as const;
    expect(only(await declare({ ...open, undeclaredBindings: "error" }), component).inputs).toEqual(open);
    expect(only(await declare({}), component).inputs).toEqual({});
  });

  test("everything hangs under the component, and the list of bindings is sealed as an output too", async () => {
    const run = await declare({ secretTextBindings: [{ name: "KEY", text: "1" }], workersDev: true });
    for (const type of [SCRIPT, SECRET, ROUTE]) {
      expect(only(run, type)).toMatchObject({ parent: "worker" });
    }
    expect(only(run, SCRIPT).additionalSecretOutputs).toEqual(["bindings"]);
  });

  test("each secret has a line under the component, named after the Worker and the binding", async () => {
    const run = await declare({
      secretTextBindings: [
        { name: "NEW", text: "1" },
        { name: "OLD", text: "2" },
      ],
      inheritedSecrets: ["ELSEWHERE"],
    });
    expect(secretLines(run)).toEqual(["worker/NEW", "worker/OLD"]);
  });

  test("two Workers of one stack may use the same binding name", async () => {
    const secretTextBindings = [{ name: "API_KEY", text: "1" }];
    const run = await runStack(() => {
      new WorkerScript("one", { ...ARGS, secretTextBindings });
      new WorkerScript("two", { ...ARGS, name: "script_2", secretTextBindings });
      return {};
    });
    expect(secretLines(run).sort()).toEqual(["one/API_KEY", "two/API_KEY"]);
  });

  test("only a Worker that is taken over is deleted before it is replaced by one of the same name", async () => {
    expect(only(await declare({ takeOver: true }), SCRIPT).deleteBeforeReplace).toBe(true);
    expect(only(await declare({ takeOver: false }), SCRIPT).deleteBeforeReplace).toBeUndefined();
  });

  test("a service worker has no main module", async () => {
    expect(only(await declare({ module: false }), SCRIPT).inputs).not.toHaveProperty("mainModule");
  });

  test("the compatibility date is fixed unless it is given", async () => {
    expect(DEFAULT_COMPATIBILITY_DATE).toBe("2026-01-01");
    expect(only(await declare({}), SCRIPT).inputs.compatibilityDate).toBe("2026-01-01");
    const run = await declare({ compatibilityDate: "2025-06-01", compatibilityFlags: ["nodejs_compat"] });
    expect(only(run, SCRIPT).inputs).toMatchObject({
      compatibilityDate: "2025-06-01",
      compatibilityFlags: ["nodejs_compat"],
    });
  });

  test("the outputs are the name, the secret names, the etag, and no value", async () => {
    const run = await declare({
      secretTextBindings: [
        { name: "B", text: CANARY },
        { name: "A", text: CANARY },
      ],
    });
    expect(run.outputs).toEqual({ name: "script_1", secretNames: ["A", "B"], etag: "etag-1", url: null });
  });
});

describe("secrets that ignoreChanges keeps as they are", () => {
  const secrets = (texts: Record<string, string>) =>
    Object.entries(texts).map(([name, text]) => ({ name, type: "secret_text", text }));
  let errors: jest.SpyInstance;

  beforeEach(() => {
    errors = jest.spyOn(pulumi.log, "error").mockResolvedValue();
  });

  afterEach(() => {
    errors.mockRestore();
  });

  test("have the lines that are deployed, and the run fails and names those that differ", async () => {
    const deployed = secrets({ SAME: "1", ROTATED: CANARY, REMOVED: "3" });
    const before = await declare({ secretTextBindings: deployed });
    const run = await declare(
      { secretTextBindings: secrets({ SAME: "1", ROTATED: "new", NEW: "4" }) },
      { keptBindings: [...deployed, { name: "LOG_LEVEL", type: "plain_text", text: "info" }] },
    );
    expect(lines(run)).toEqual(lines(before));
    expect(errors.mock.calls).toEqual([
      [
        expect.stringMatching(/^WorkerScript "worker": ROTATED, NEW, REMOVED cannot be deployed as declared/),
        expect.any(WorkerScript),
      ],
    ]);
    expect(errors).not.toHaveBeenCalledWith(expect.stringContaining(CANARY), expect.anything());
  });

  test("are no error if they are the ones that the program declares", async () => {
    const deployed = secrets({ SAME: "1" });
    await declare({ secretTextBindings: deployed }, { keptBindings: deployed });
    expect(errors).not.toHaveBeenCalled();
  });

  /** Each secret's line with its fingerprint. */
  function lines(run: StackRun): Record<string, unknown> {
    const found = run.resources.filter(({ type }) => type === SECRET);
    return Object.fromEntries(found.map(({ name, inputs }) => [name, reveal(inputs.fingerprint)]));
  }
});

describe("the workers.dev route", () => {
  test("is left alone unless it is named", async () => {
    const run = await declare({ workersDevSubdomain: "my-team" });
    expect(run.resources.map(({ type }) => type)).not.toContain(ROUTE);
    expect(run.outputs.url).toBeNull();
  });

  test("is switched on, with the preview URLs of single versions off, and has a URL", async () => {
    const run = await declare({ workersDev: true, workersDevSubdomain: "my-team" });
    expect(only(run, ROUTE).inputs).toEqual({
      accountId: ACCOUNT_ID,
      scriptName: "script_1",
      enabled: true,
      previewsEnabled: false,
    });
    expect(run.outputs.url).toBe("https://script_1.my-team.workers.dev");
  });

  test("is switched off, and then there is no URL", async () => {
    const run = await declare({ workersDev: false, workersDevSubdomain: "my-team" });
    expect(only(run, ROUTE).inputs.enabled).toBe(false);
    expect(run.outputs.url).toBeNull();
  });

  test("has no URL while the account's subdomain is not given", async () => {
    expect((await declare({ workersDev: true })).outputs.url).toBeNull();
  });
});

describe("a preview of values that are known only after the deploy", () => {
  test("names every secret, also the one whose text is unknown", async () => {
    const run = await declare(
      {
        secretTextBindings: [
          { name: "KNOWN", text: "1" },
          { name: "UNKNOWN", text: unknownUntilDeployed<string>() },
        ],
      },
      { preview: true },
    );
    expect(secretLines(run)).toEqual(["worker/KNOWN", "worker/UNKNOWN"]);
    expect(run.outputs.secretNames).toEqual(["KNOWN", "UNKNOWN"]);
  });

  test("works when everything is unknown, and says that it can name no secret", async () => {
    const warn = jest.spyOn(console, "warn").mockImplementation();
    const run = await declare(
      {
        accountId: unknownUntilDeployed(),
        name: unknownUntilDeployed(),
        content: unknownUntilDeployed(),
        compatibilityDate: unknownUntilDeployed(),
        secretTextBindings: unknownUntilDeployed(),
        plainTextBindings: [unknownUntilDeployed()],
        inheritedSecrets: [unknownUntilDeployed(), unknownUntilDeployed()],
        bindings: [unknownUntilDeployed()],
        workersDev: true,
      },
      { preview: true },
    );
    expect(run.resources.map(({ type }) => type)).toContain(SCRIPT);
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/this preview names no secret/));
    warn.mockRestore();
  });
});
