import { createHash } from "node:crypto";
import { isDeployed } from "../../../commands/rotate/deployed-state";
import type { Held } from "../../../commands/rotate/rotation";

const WORKER = "urn:pulumi:prod::p::cloudflare-worker-secrets:index:WorkerScript::shop";

type Binding = readonly [name: string, source: string | undefined, value: string];

/** A decrypted state whose Worker was deployed with these bindings. */
function stateOf(...bindings: Binding[]): string {
  const inventory = bindings.map(([name, source]) => ({ name, type: "secret_text", source }));
  const secrets = bindings.map(([name, , value]) => ({
    urn: `${WORKER}$cloudflare-worker-secrets:index:Secret::shop/${name}`,
    type: "cloudflare-worker-secrets:index:Secret",
    parent: WORKER,
    inputs: {
      fingerprint: { plaintext: JSON.stringify(createHash("sha256").update(value).digest("hex")) },
    },
  }));
  const worker = {
    urn: WORKER,
    type: "cloudflare-worker-secrets:index:WorkerScript",
    outputs: { inventory },
  };
  return JSON.stringify({ version: 3, deployment: { resources: [worker, ...secrets] } });
}

const KEY = ["KEY", "config:key", "new"] as const;
const PREVIOUS = ["KEY_PREVIOUS", "config:key-previous", "old"] as const;
const rotating = { current: "new", previous: "old", mark: "rotate pending" };

test.each<[string, Binding[], boolean]>([
  ["both values are there", [KEY, PREVIOUS], true],
  ["the Worker takes no previous value", [KEY], true],
  ["the old value is still there", [["KEY", "config:key", "old"]], false],
  ["one of two bindings has the old value", [KEY, ["OTHER", "config:key", "old"]], false],
  [
    "the values are the other way round",
    [
      ["KEY", "config:key", "old"],
      ["KEY_PREVIOUS", "config:key-previous", "new"],
    ],
    false,
  ],
  ["another key has the same value", [["KEY", "config:another", "new"]], false],
  ["the program does not say where the value comes from", [["KEY", undefined, "new"]], false],
  ["nothing is deployed", [], false],
])("a rotation, if %s", (_, bindings, expected) => {
  expect(isDeployed(stateOf(...bindings), "key", rotating)).toBe(expected);
});

test("a --finish is deployed once no binding has a previous value", () => {
  const finishing = { current: "new", retired: "old", mark: "finish pending" };
  expect(isDeployed(stateOf(KEY, PREVIOUS), "key", finishing)).toBe(false);
  expect(isDeployed(stateOf(KEY, ["OTHER_PREVIOUS", "config:other-previous", "x"]), "key", finishing)).toBe(
    true,
  );
});

test("a value at a path is known by its path, and its previous value by the one beside it", () => {
  const bindings = (old: string): [Binding, Binding] => [
    ["KEY", 'config:database["a b"]', "new"],
    ["KEY_PREVIOUS", `config:database["${old}"]`, "old"],
  ];
  const finishing = { current: "new", retired: "old", mark: "finish pending" };
  const isDone = (old: string, held: Held) => isDeployed(stateOf(...bindings(old)), 'database["a b"]', held);
  expect(isDone("a b-previous", rotating)).toBe(true);
  expect(isDone("a b-previous", finishing)).toBe(false);
  expect(isDone("a c-previous", finishing)).toBe(true);
});

test("a stack without a deploy has no resources", () => {
  expect(isDeployed('{"version":3,"deployment":{}}', "key", rotating)).toBe(false);
});

test("a secret of the Secrets Store is known by its value too", () => {
  const stored = (value: string) =>
    stateOf(["key", "config:key", value]).replaceAll("WorkerScript", "SecretsStore");
  expect(isDeployed(stored("new"), "key", { ...rotating, previous: undefined })).toBe(true);
  expect(isDeployed(stored("old"), "key", { ...rotating, previous: undefined })).toBe(false);
});
