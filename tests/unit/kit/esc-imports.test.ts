import { refuseImported } from "../../../commands/rotate/refuse-imported";
import { keysNamed } from "../../../component/contract/property-path";
import { escImports } from "../../../kit/esc-imports";

const CONFIG = "config:\n  p:own: { secure: canary }\n  p:object: { part: { secure: canary } }\n";

test.each([
  ["environment: [shop/prod, base]", { imports: ["shop/prod", "base"], isInline: false }],
  ["environment:\n  - shop/prod:\n      merge: false", { imports: ["shop/prod"], isInline: false }],
  ["environment: { imports: [shop/prod], values: {} }", { imports: ["shop/prod"], isInline: true }],
  ["environment: { values: { pulumiConfig: { key: canary } } }", { imports: [], isInline: true }],
  ["environment: { imports: [] }", undefined],
  ["environment:", undefined],
  ["", undefined],
])("a key that the stack's file has not is from an ESC environment, if it names one: %j", (text, found) => {
  const imports = escImports(`${CONFIG}${text}\n`, "p");
  expect(imports("key")).toEqual(found);
  expect(imports(...keysNamed("key.part"))).toEqual(found);
  for (const own of ["own", "p:own", "object.part"]) {
    expect(imports(...keysNamed(own))).toBeUndefined();
  }
});

test("rotate refuses it, with the commands that change it", () => {
  const refused = (environment: string) => () => {
    refuseImported(`${CONFIG}environment: ${environment}\n`, "prod", "key", "p");
  };
  expect(refused("[shop/prod]")).toThrow(
    '"key" is not in the file of stack prod, so only a Pulumi ESC environment can have it. Change it there, or in the ' +
      "secrets manager that the environment reads:\n  - pulumi env edit shop/prod",
  );
  expect(refused("{ values: {} }")).toThrow(/reads: see environment in the stack's file\.$/);
  expect(refused("")).not.toThrow();
});
