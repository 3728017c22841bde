import * as pulumi from "@pulumi/pulumi";
import { ReturningSecrets } from "../../../component/worker-script/live/returning-secrets";

let messages: string[];
let component: pulumi.ComponentResource;

beforeEach(async () => {
  messages = [];
  await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) });
  component = new pulumi.ComponentResource("test:index:Component", "component");
  await new Promise((resolve) => component.urn.apply(resolve));
  await pulumi.runtime.disconnect();
  jest.spyOn(pulumi.log, "info").mockImplementation((message) => {
    messages.push(message);
    return Promise.resolve();
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

test("a secret that is absent and not created was there before", async () => {
  // What the engine has and the mocks have not.
  Object.assign(pulumi.runtime.getMonitor() as object, { registerResourceHook: () => undefined });
  const returning = new ReturningSecrets();
  const [hook] = returning.hooks("worker").beforeCreate ?? [];
  const { callback, opts } = hook as pulumi.ResourceHook;
  expect(opts).toEqual({ onDryRun: true });
  await callback({ urn: "", id: "", name: "worker/NEW", type: "" });
  returning.absent.add("NEW").add("GONE");
  for (const binding of ["NEW", "GONE", "LIVE"]) {
    await returning.registered(`worker/${binding}`, binding, component);
  }
  expect(messages).toEqual([expect.stringMatching(/^GONE was removed from the Worker by other means/)]);
});

test("without hooks in the engine, as in Pulumi's mocks, there are none", () => {
  expect(new ReturningSecrets().hooks("worker")).toEqual({});
});
