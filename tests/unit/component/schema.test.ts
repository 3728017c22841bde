import { version } from "../../../package.json";
import schema from "../../../component/schema.json";
import { componentSchema } from "../../support/component-schema";

/** The components that programs in other languages can declare. */
const COMPONENTS = {
  WorkerScript: "component/worker-script/worker-script.ts",
  DeployToken: "component/deploy-token/deploy-token.ts",
};

const HOW = "component/schema.json must say what the arguments and their comments in TypeScript say";

test(`${HOW}: types, what is required, and descriptions`, () => {
  const derived = Object.entries(COMPONENTS).map(
    ([name, file]) => [name, componentSchema(file, name, schema.name)] as const,
  );
  const resources = derived.map(([name, { resource }]) => [`${schema.name}:index:${name}`, resource]);
  // Received is what TypeScript says: paste from there.
  expect({
    resources: Object.fromEntries(resources) as unknown,
    types: Object.assign({}, ...derived.map(([, { types }]) => types)) as unknown,
  }).toEqual({ resources: schema.resources, types: schema.types });
});

test("nothing is marked as secret, because that would seal the names of the secrets too", () => {
  expect(JSON.stringify(schema)).not.toMatch(/"secret":/);
});

test("the schema has the version of the package", () => {
  expect(schema.version).toBe(version);
});
