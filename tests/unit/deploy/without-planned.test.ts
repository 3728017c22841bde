import { withoutPlanned } from "../../../commands/deploy/without-planned";

test.each([
  'resource urn::w violates plan: properties changed: ~~text[{"canary\ncanary"}!={canary}]',
  "resource urn::w violates plan\ncanary",
])("no value of a plan that does not fit is left", (message) => {
  expect(withoutPlanned(message)).toMatch(/^resource urn::w violates plan: it would be deployed otherwise/);
  expect(withoutPlanned(message)).not.toMatch(/canary/);
});

test("another message stays as it is", () => {
  expect(withoutPlanned("The Worker has a plan.")).toBe("The Worker has a plan.");
});
