import * as pulumi from "@pulumi/pulumi";
import { construct } from "../../../component/construct";
import { perRun, recogniseRunsByAddress } from "../../../component/contract/per-run";
import schema from "../../../component/schema.json";

afterEach(() => {
  jest.restoreAllMocks();
});

test("the plugin serves the schema and its version", () => {
  const main = jest.spyOn(pulumi.provider, "main").mockResolvedValue();
  jest.requireActual("../../../component/provider");
  expect(main).toHaveBeenCalledWith(
    { version: schema.version, schema: JSON.stringify(schema), construct },
    process.argv.slice(2),
  );
});

test("in the plugin, the connections of one run share what the run has, and those of two runs do not", () => {
  recogniseRunsByAddress();
  let made = 0;
  const valueOfRun = perRun(() => (made += 1));
  const values = ["127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:2"].map((address) => {
    const connection = { getChannel: () => ({ getTarget: () => address }) };
    jest.spyOn(pulumi.runtime, "getMonitor").mockReturnValue(connection as never);
    return valueOfRun();
  });
  expect(values).toEqual([1, 1, 2]);
});
