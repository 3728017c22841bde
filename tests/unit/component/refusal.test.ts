import * as pulumi from "@pulumi/pulumi";
import { plainError } from "../../../component/refusal";

test("a refusal is printed without its stack, and without the name of the input that failed with it", () => {
  const error = plainError("what is wrong");
  // As Pulumi does with the error of an input.
  error.message = `error serializing property "bindings": ${error.message}`;
  expect(error.message).toBe("what is wrong");
  expect(pulumi.RunError.isInstance(error)).toBe(true);
});
