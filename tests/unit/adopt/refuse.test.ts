import { refuseMixture, refuseStacks } from "../../../commands/adopt/refuse";
import { configKeys, secretListName } from "../../../commands/adopt/names";
import { adopt, BARE } from "../../support/adopted-environment";

const stack = (name: string, scriptName = name) => ({ stack: name, accountId: "a", scriptName });

test.each([
  ["../../evil", /expected a name for a stack/],
  ["org/prod", /expected a name for a stack/],
  ["..", /expected a name for a stack/],
  ["prod", /env\.prod: its stack has the name of the top level's/],
])("a stack named %j beside prod is refused", (name, message) => {
  expect(() => {
    refuseStacks([stack("prod", "shop"), stack(name)]);
  }).toThrow(message);
});

test("two stacks for one Worker are refused", () => {
  expect(() => {
    refuseStacks([stack("prod", "shop"), stack("production", "shop")]);
  }).toThrow(/env\.production: it is the Worker shop of stack prod too/);
  refuseStacks([stack("prod", "shop"), stack("staging", "shop-staging")]);
});

test("environments that one program cannot declare are refused", async () => {
  const [top, other] = await adopt({ env: { other: {} } }, BARE);
  if (top === undefined || other === undefined) throw new Error("Two environments are expected.");
  refuseMixture([top, other]);
  expect(() => {
    refuseMixture([top, { ...other, code: { kind: "file", file: "worker.js" } }]);
  }).toThrow(/main: the environments have different kinds of code/);
  const assets = (directory: string) => ({
    settings: { assets: { directory } },
    assetFiles: { headers: "a" },
  });
  expect(() => {
    refuseMixture([
      { ...top, ...assets("a") },
      { ...other, ...assets("b") },
    ]);
  }).toThrow(/assets: the environments have different ones/);
});

test("the config key of a secret is no other's, and none of the program's", () => {
  const keys = configKeys(["API_KEY", "VARIABLES", "api_key"]);
  expect([...keys.values()]).toEqual(["api-key", "secret-VARIABLES", "secret-api_key"]);
});

test.each([
  ["my-shop", "myShop"],
  ["3d-viewer", "worker3dViewer"],
  ["_", "worker"],
])("the Worker %s has the name %s in the list of secrets", (worker, name) => {
  expect(secretListName(worker)).toBe(name);
});
