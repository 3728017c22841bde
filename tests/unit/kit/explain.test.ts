import { CommandError } from "@pulumi/pulumi/automation";
import { explain } from "../../../kit/explain";

test("an error is explained by its message, and anything else by its text", () => {
  expect(explain(new Error("no space"))).toBe("no space");
  expect(explain("no space")).toBe("no space");
});

/** An Automation API error, whose message has the command line and all output. */
function commandError(stderr: string): CommandError {
  const message = `code: 255\n stdout: Updating (dev)\n stderr: Command failed: pulumi up\n${stderr}\n err?: x\n`;
  return Object.assign(Object.create(CommandError.prototype) as CommandError, { message });
}

test("an error of Pulumi's is explained only by what is not printed yet", () => {
  expect(explain(commandError("error: no stack named 'prod' found"))).toBe(
    "error: no stack named 'prod' found",
  );
  expect(explain(commandError(""))).toBe("Pulumi could not finish: see its output above.");
});
