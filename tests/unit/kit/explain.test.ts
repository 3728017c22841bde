import { CommandError } from "@pulumi/pulumi/automation";
import { explain } from "../../../kit/explain";

test("an error is its message, and anything else its text", () => {
  expect(explain(new Error("no space"))).toBe("no space");
  expect(explain("no space")).toBe("no space");
});

/** An error of the Automation API, whose message holds the command line and everything that was printed. */
function commandError(stderr: string): CommandError {
  const message = `code: 255\n stdout: Updating (dev)\n stderr: Command failed: pulumi up\n${stderr}\n err?: x\n`;
  return Object.assign(Object.create(CommandError.prototype) as CommandError, { message });
}

test("of an error of Pulumi's, only what is not printed yet is given", () => {
  expect(explain(commandError("error: no stack named 'prod' found"))).toBe(
    "error: no stack named 'prod' found",
  );
  expect(explain(commandError(""))).toBe("Pulumi could not finish: see its output above.");
});
