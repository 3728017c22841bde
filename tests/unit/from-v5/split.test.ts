import * as fs from "node:fs";
import * as path from "node:path";
import { split } from "../../../commands/from-v5/split";
import {
  exportedState,
  type FullResource,
  parseFullState,
  resourcesOf,
} from "../../../commands/from-v5/state";
import {
  exportOf,
  NEW,
  provider,
  resource,
  ROUTE,
  script,
  secret,
  SCRIPT,
  urnOf,
  V6_SCRIPT,
  v6Script,
} from "../../support/v5-state";

const pulumi = (...words: string[]) => `pulumi ${words.join(" ")}`;
const SHOP = script("shop");
const ZONE = resource("cloudflare:index/workersKvNamespace:WorkersKvNamespace", "kv", {});

function parts(resources: readonly FullResource[], more: object = {}) {
  const found = split(exportedState(exportOf(resources, more)), pulumi);
  const names = (list: readonly FullResource[]) => list.map(({ urn }) => urn.split("::").at(-1));
  return {
    ...found,
    moved: names(found.moved),
    others: names(found.others),
    left: names(resourcesOf(found.rest)),
    rest: resourcesOf(found.rest),
  };
}

test("the fixture of v5.49.1 loses its Worker, its secret and their provider, and nothing else", () => {
  const file = path.join(__dirname, "../../fixtures/v5.49.1/dev.json");
  const { checkpoint } = JSON.parse(fs.readFileSync(file, "utf8")) as { checkpoint: { latest: object } };
  const state = exportedState(JSON.stringify({ version: 3, deployment: checkpoint.latest }));
  const { moved, rest, problems, others } = split(state, pulumi);
  expect(moved.map(({ type }) => type)).toEqual([SCRIPT, "cloudflare:index/workerSecret:WorkerSecret"]);
  expect([problems, others]).toEqual([[], []]);
  const stack = resourcesOf(state)[0];
  expect(rest).toEqual({ version: 3, deployment: { ...checkpoint.latest, resources: [stack] } });
});

test("the wrapper of a state is kept, whatever its version", () => {
  const state = { version: 4, features: ["hooks"], deployment: { metadata: {}, resources: [SHOP] } };
  expect(split(exportedState(JSON.stringify(state)), pulumi).rest).toEqual({
    version: 4,
    features: ["hooks"],
    deployment: { metadata: {}, resources: [] },
  });
});

test("several Workers, both names of both types, and one under a component leave; v6 stays", () => {
  const { moved, left, problems } = parts([
    NEW,
    SHOP,
    { ...script("cart"), type: V6_SCRIPT },
    secret("KEY", "shop"),
    { ...secret("KEY", "cart"), type: "cloudflare:index/workersSecret:WorkersSecret" },
    script(
      "inner",
      {},
      { urn: urnOf(`my:index:Team$${SCRIPT}`, "inner"), parent: urnOf("my:index:Team", "team") },
    ),
    v6Script("new"),
    // v6's deprecated class has v5's type.
    { ...v6Script("deprecated"), type: SCRIPT },
    v6Script("both", { inputs: { name: "both", scriptName: "both" } }),
  ]);
  expect(problems).toEqual([]);
  expect(moved).toEqual(["shop-resource", "cart-resource", "shop-KEY", "cart-KEY", "inner"]);
  expect(left).toEqual(["p-dev", "default_6_22_1", "new", "deprecated", "both"]);
});

test("the provider stays as long as anything else of v5 has it, and that is named", () => {
  const { others, left } = parts([SHOP, ZONE]);
  expect(left).toEqual(["p-dev", "default_5_49_1", "kv"]);
  expect(others).toEqual(["kv"]);
});

test("an explicit provider leaves with its Workers if it is of v5, and stays if a deploy has made it v6's", () => {
  for (const [version, leaves] of [
    ["5.49.1", true],
    ["6.22.1", false],
  ] as const) {
    const mine = provider("mine", version);
    const { left } = parts([mine, { ...SHOP, provider: `${mine.urn}::${mine.id ?? ""}` }]);
    expect(left.includes("mine")).toBe(!leaves);
  }
});

test("what waits to be deleted leaves too, because its deletion is the Worker's; its replacement keeps what refers to it", () => {
  const urn = urnOf(V6_SCRIPT, "shop");
  const replacement = v6Script("shop", { urn });
  const route = resource(ROUTE, "route", {}, { dependencies: [urn] });
  const { rest, moved } = parts([
    replacement,
    script("shop", {}, { urn, type: V6_SCRIPT, delete: true }),
    route,
  ]);
  expect(moved).toHaveLength(1);
  expect(rest).toEqual(expect.arrayContaining([replacement, route]));
});

test("references to what leaves are taken out, and all others are kept", () => {
  const [gone, kept] = [SHOP.urn, ZONE.urn];
  const route = resource(
    ROUTE,
    "route",
    { scriptName: "shop" },
    {
      ...{ dependencies: [gone, kept], deletedWith: gone, aliases: [gone] },
      propertyDependencies: { scriptName: [gone], zoneId: [kept], pattern: [] },
    },
  );
  const { rest, problems } = parts([SHOP, ZONE, route]);
  const { deletedWith, ...cleaned } = route;
  expect(deletedWith).toBe(gone);
  expect(problems).toEqual([]);
  expect(rest.find(({ urn }) => urn === route.urn)).toEqual({
    ...cleaned,
    dependencies: [kept],
    propertyDependencies: { scriptName: [], zoneId: [kept], pattern: [] },
  });
});

test("a child of a Worker gets the parent of its parent; a secret that is a child leaves with it", () => {
  const team = { urn: urnOf("my:index:Team", "team"), type: "my:index:Team", custom: false };
  const shop = { ...SHOP, parent: team.urn };
  const key = secret("KEY", "shop", { parent: shop.urn });
  const route = resource(ROUTE, "route", {}, { parent: key.urn });
  const { rest, reparented, moved } = parts([team, shop, key, route]);
  expect(moved).toHaveLength(2);
  expect(reparented.map(({ urn }) => urn)).toEqual([route.urn]);
  expect(rest.find(({ urn }) => urn === route.urn)?.parent).toBe(team.urn);
});

test("a script in a dispatch namespace stays, because v6 has none", () => {
  expect(parts([script("shop", { dispatchNamespace: "n" })])).toMatchObject({
    moved: [],
    others: ["shop-resource"],
  });
  expect(parts([script("shop", { dispatchNamespace: null })]).moved).toHaveLength(1);
});

test("what stands in the way is named with its fix, all at once", () => {
  const view = resource("my:index:View", "view", {}, { viewOf: SHOP.urn });
  const pending = [{ resource: { urn: SHOP.urn }, type: "updating" }];
  const { problems } = parts([{ ...SHOP, protect: true }, view], { pending_operations: pending });
  expect(problems).toEqual([
    expect.stringMatching(/^An update was killed while it changed shop-resource, .*: pulumi refresh$/),
    `shop-resource is protected: pulumi state unprotect ${SHOP.urn}`,
    expect.stringContaining(`pulumi state delete ${view.urn}`),
  ]);
});

test("a state without Workers of v5 has no problem, whatever else it has", () => {
  const pending = [{ resource: { urn: ZONE.urn }, type: "updating" }];
  const { moved, left, problems } = parts([ZONE, v6Script("new")], { pending_operations: pending });
  expect([moved, problems]).toEqual([[], []]);
  expect(left).toEqual(["p-dev", "default_5_49_1", "kv", "new"]);
});

test("what is not a state is not taken for one, and not quoted", () => {
  expect([parseFullState("{canary"), parseFullState('{"deployment": 1}')]).toEqual([undefined, undefined]);
  expect(() => exportedState("{canary")).toThrow("What Pulumi exported is not a state.");
  expect(resourcesOf(exportedState('{"deployment": {"resources": null}}'))).toEqual([]);
});
