import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { move } from "../../../commands/from-v5/from-v5";
import { Stack } from "../../../commands/from-v5/stack";
import type { FullResource } from "../../../commands/from-v5/state";
import { undo } from "../../../commands/from-v5/undo";
import type { PulumiCli } from "../../../kit/pulumi-cli";
import { ACCOUNT_ID, CANARY } from "../../support/mock-stack";
import { exportOf, NEW, resource, ROUTE, script, secret, v6Script } from "../../support/v5-state";

const BACKUP = "p-dev.v5-state.json";
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "from-v5-"));
const backup = path.join(folder, BACKUP);
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});
beforeEach(() => {
  for (const name of fs.readdirSync(folder)) fs.rmSync(path.join(folder, name));
});

interface Given {
  readonly agrees?: boolean;
  readonly undo?: string;
  readonly config?: object;
  readonly setConfig?: boolean;
  /** Runs while the question waits. */
  readonly meanwhile?: (world: World) => void;
  /** What `pulumi stack import` says in place of doing it. */
  readonly refuses?: string;
}

/** A stack whose Pulumi keeps the state, and its output. */
class World {
  readonly output: string[] = [];
  readonly asked: string[] = [];
  imports = 0;

  constructor(public state: string) {}

  async run(given: Given = {}): Promise<boolean> {
    const cli: PulumiCli = {
      command: Object.create(null) as PulumiCli["command"],
      project: "p",
      stackFile: (stack) => path.join(folder, `Pulumi.${stack}.yaml`),
      run: (args, input = "") => {
        const [first, second] = args;
        if (first === "config") return Promise.resolve(JSON.stringify(given.config ?? {}));
        if (second === "export") return Promise.resolve(this.state);
        if (second !== "import") return Promise.reject(new Error(`not for you: ${args.join(" ")}`));
        if (given.refuses !== undefined) return Promise.reject(new Error(given.refuses));
        this.imports++;
        this.state = input;
        return Promise.resolve("");
      },
    };
    const options = {
      ...{ cli, folder, hidden: undefined, interrupted: new AbortController().signal, cloudflare: undefined },
      ...{ setConfig: given.setConfig ?? false, log: (line: string) => void this.output.push(line) },
      agrees: (question: string, words: readonly string[]) => {
        this.asked.push(`${question} ${words.join(" ")}`.trim());
        given.meanwhile?.(this);
        return Promise.resolve(given.agrees ?? true);
      },
    };
    const stack = new Stack("dev", options);
    const result = await (given.undo === undefined ? move(stack, options) : undo(stack, given.undo, options));
    expect(this.said).not.toContain(CANARY);
    return result;
  }

  get said(): string {
    return this.output.join("\n");
  }

  get names(): string[] {
    const { deployment } = JSON.parse(this.state) as { deployment: { resources: { urn: string }[] } };
    return deployment.resources.map(({ urn }) => urn.split("::").at(-1) ?? "");
  }
}

const worldOf = (...resources: FullResource[]) => new World(exportOf(resources));
const SHOP = [script("shop"), secret("KEY", "shop")];

test("what leaves is saved before, readable by the user only; a second run has nothing to do", async () => {
  const world = worldOf(...SHOP, NEW, v6Script("cart"));
  const before = world.state;
  expect(await world.run()).toBe(true);
  expect(world.names).toEqual(["p-dev", "default_6_22_1", "cart"]);
  expect(fs.readFileSync(backup, "utf8")).toBe(before);
  expect(fs.statSync(backup).mode & 0o777).toBe(0o600);
  expect(world.asked).toEqual([
    expect.stringMatching(/^Take 2 resources of v5 out of the state of stack dev\?/),
  ]);
  expect(world.said).toContain(`npm run from-v5 -- --undo ${BACKUP} --stack dev`);
  expect(await world.run()).toBe(true);
  expect(world.said).toMatch(
    /Stack dev has no Worker of @pulumi\/cloudflare v5, so there is nothing to move\.$/,
  );
  expect(world.imports).toBe(1);
});

test("without a yes, nothing is written", async () => {
  const world = worldOf(...SHOP);
  const before = world.state;
  expect(await world.run({ agrees: false })).toBe(false);
  expect([world.state, fs.readdirSync(folder)]).toEqual([before, []]);
});

test("every problem is named, nothing is asked, and nothing is written", async () => {
  const world = worldOf(script("shop", {}, { protect: true }), script("cart", {}, { protect: true }));
  await expect(world.run()).rejects.toThrow(
    /^The Workers of v5 cannot leave the state\. Nothing was changed\.\n {2}- shop-resource is protected.*\n {2}- cart-resource is protected: pulumi state unprotect .* --stack dev$/,
  );
  expect([world.asked, world.imports, fs.readdirSync(folder)]).toEqual([[], 0, []]);
});

test("a state that changes while the question waits is not replaced", async () => {
  const world = worldOf(...SHOP);
  const meanwhile = (changed: World) => {
    changed.state = exportOf([...SHOP, NEW]);
  };
  await expect(world.run({ meanwhile })).rejects.toThrow(/^The state has changed since it was read/);
  expect([world.imports, fs.readdirSync(folder)]).toEqual([0, []]);
});

test("a backup of another state is not overwritten; one of the same state, encrypted again, is used", async () => {
  const world = worldOf(...SHOP);
  fs.writeFileSync(backup, exportOf([script("other")]));
  await expect(world.run()).rejects.toThrow(/is there already, with another state\..* move it away/);
  fs.writeFileSync(backup, "no state");
  await expect(world.run()).rejects.toThrow(/is there already/);
  expect(world.imports).toBe(0);
  const again = world.state.replaceAll('"inputs"', '\n"inputs"');
  fs.writeFileSync(backup, again);
  expect(await world.run()).toBe(true);
  expect(fs.readFileSync(backup, "utf8")).toBe(again);
  expect(fs.readdirSync(folder)).toEqual([BACKUP]);
});

test("a lock of another update is explained, and the state is as before", async () => {
  const world = worldOf(...SHOP);
  const before = world.state;
  const refuses = "the stack is currently locked by 1 lock(s).";
  await expect(world.run({ refuses })).rejects.toThrow(
    "Another update of stack dev is in progress. Wait until it has finished.\nThe state was not changed.",
  );
  await expect(world.run({ refuses: "no network" })).rejects.toThrow(
    "no network\nThe state was not changed.",
  );
  expect([world.state, fs.readFileSync(backup, "utf8")]).toEqual([before, before]);
});

test("values are set in the config only on request, and then the question says so", async () => {
  const config = { "p:token": { value: `${CANARY} token`, secret: true } };
  const world = worldOf(...SHOP);
  await world.run({ config, agrees: false });
  await world.run({ config, agrees: false, setConfig: true });
  expect(world.asked[0]).not.toContain("in its config");
  expect(world.asked[1]).toMatch(/, and set 1 secret in its config\? .* --set-config$/);
  await expect(world.run({ setConfig: true })).rejects.toThrow(
    "There is no Pulumi.dev.yaml. Nothing was changed.",
  );
  expect(world.imports).toBe(0);
});

test("what stays of v5, what a Worker has as a child, and what is only read are named", async () => {
  const route = resource(ROUTE, "route", {}, { parent: SHOP[0]?.urn ?? "" });
  const type = "cloudflare:index/workersKv:WorkersKv";
  const pair = resource(type, "pair", {}, { parent: SHOP[0]?.urn ?? "" });
  const world = worldOf(...SHOP, route, pair, script("seen", {}, { external: true }));
  await world.run();
  expect(world.said).toMatch(/- \S+::seen-resource, which the stack only reads, leaves the state too\./);
  expect(world.said).toContain(`- ${pair.urn} is a child of what leaves the state.`);
  expect(world.said).not.toContain(`- ${route.urn} is a child`);
  expect(world.said).toMatch(/Other resources of v5 stay in the state.*\n- route \(v5's WorkerRoute\)/);
  expect(world.names).toEqual(["p-dev", "default_5_49_1", "route", "pair"]);
});

test("a Worker that v6 has already needs no key", async () => {
  const world = worldOf(...SHOP, v6Script("shop"));
  await world.run({ setConfig: true });
  expect(world.said).toContain("v6 has it already");
  expect(world.asked[0]).not.toContain("in its config");
});

test("an undo puts the backup back, once", async () => {
  const world = worldOf(...SHOP);
  const before = world.state;
  await world.run();
  expect(await world.run({ undo: BACKUP, agrees: false })).toBe(false);
  expect(world.names).toEqual(["p-dev"]);
  expect(await world.run({ undo: BACKUP })).toBe(true);
  expect(world.state).toBe(before);
  expect(await world.run({ undo: BACKUP })).toBe(true);
  expect(world.said).toMatch(/has all that is in p-dev\.v5-state\.json already\.$/);
  expect(world.imports).toBe(2);
});

test("components and providers of a deploy that failed do not stand in the way of an undo", async () => {
  const world = worldOf(...SHOP);
  await world.run();
  const component = { urn: "urn:pulumi:dev::p::my:index:Team::team", type: "my:index:Team", custom: false };
  world.state = exportOf([NEW, component]);
  expect(await world.run({ undo: BACKUP })).toBe(true);
});

test.each<[string, FullResource[], RegExp]>([
  [
    "v6 has the Worker",
    [v6Script("shop"), resource(ROUTE, "route", {})],
    /::shop is new\n[^]*pulumi state delete 'urn:.*::shop' --stack dev/,
  ],
  ["a resource is new", [resource(ROUTE, "route", {}), resource(ROUTE, "more", {})], /::more is new/],
  ["a resource has changed", [resource(ROUTE, "route", { pattern: "new" })], /::route has changed/],
  ["a resource is gone", [], /::route is gone/],
])("an undo is refused if %s since, because Pulumi would forget that", async (_, since, names) => {
  const world = worldOf(...SHOP, resource(ROUTE, "route", {}));
  await world.run();
  world.state = exportOf(since);
  const before = world.state;
  const refused = world.run({ undo: BACKUP });
  await expect(refused).rejects.toThrow(
    /^The stack was deployed since, and Pulumi would forget that\. Nothing/,
  );
  await expect(refused).rejects.toThrow(names);
  expect(world.state).toBe(before);
});

test.each([
  ["is missing", undefined, /cannot be read \(ENOENT\)/],
  ["is not a state", `{"${CANARY}`, /is not a state with Workers of v5/],
  ["has no Worker of v5", exportOf([v6Script("shop")]), /is not a state with Workers of v5/],
  [
    "is another stack's",
    exportOf(SHOP).replaceAll("urn:pulumi:dev::", "urn:pulumi:prod::"),
    /is of another stack/,
  ],
  ["is another project's", exportOf(SHOP).replaceAll("::p::", "::q::"), /is of another stack/],
])("a backup that %s is refused", async (_, content, reason) => {
  if (content !== undefined) fs.writeFileSync(backup, content);
  const world = worldOf(v6Script("cart", { inputs: { accountId: ACCOUNT_ID } }));
  await expect(world.run({ undo: BACKUP })).rejects.toThrow(reason);
  expect(world.imports).toBe(0);
});
