import { main } from "../../kit/command/main";
import { findPulumi } from "../../kit/pulumi-cli";
import { hideInput } from "../../kit/terminal";
import { ROTATE } from "./arguments";
import { ALPHANUMERIC } from "./generator";
import { rotate } from "./rotate";

void main(ROTATE, async (values, frame) => {
  const { key, finish, rollback, stack, generate, length, alphabet = ALPHANUMERIC, grace, yes } = values;
  const operation = finish ? "finish" : rollback ? "rollback" : "rotate";
  // Before anything else, and until the end: a value that is typed too early, or twice, is not echoed either.
  const hidden = process.stdin.isTTY ? hideInput() : undefined;
  try {
    const done = await rotate(
      {
        key,
        operation,
        stack,
        generator: generate ? { length, alphabet } : undefined,
        graceMs: grace,
        deploy: !values["no-deploy"],
        yes,
      },
      { ...frame, hidden, cli: await findPulumi() },
    );
    return done ? 0 : 1;
  } finally {
    hidden?.release();
  }
});
