import { main } from "../../kit/command/main";
import { findPulumi, withConfigFile } from "../../kit/pulumi-cli";
import { hideInput } from "../../kit/terminal";
import { ROTATE } from "./arguments";
import { ALPHANUMERIC } from "./generator";
import { rotate } from "./rotate";

void main(ROTATE, async (values, frame) => {
  const { key, finish, rollback, stack, generate, length, alphabet = ALPHANUMERIC, grace, yes } = values;
  const configFile = values["config-file"];
  const operation = finish ? "finish" : rollback ? "rollback" : "rotate";
  // Before anything else, and until the end: a value that is typed too early, or twice, is not echoed either.
  const hidden = process.stdin.isTTY ? hideInput() : undefined;
  try {
    const done = await rotate(
      {
        key,
        operation,
        stack,
        configFile,
        generator: generate ? { length, alphabet } : undefined,
        graceMs: grace,
        deploy: !values["no-deploy"],
        yes,
      },
      { ...frame, hidden, cli: withConfigFile(await findPulumi(), configFile) },
    );
    return done ? 0 : 1;
  } finally {
    hidden?.release();
  }
});
