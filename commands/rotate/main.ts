import { main } from "../../kit/command/main";
import { hideInput } from "../../kit/terminal";
import { ROTATE } from "./arguments";
import { ALPHANUMERIC } from "./generator";

void main(ROTATE, async (values, frame) => {
  const { key, finish, rollback, stack, generate, length, alphabet = ALPHANUMERIC, grace, yes } = values;
  const operation = finish ? "finish" : rollback ? "rollback" : "rotate";
  // First of all, so that a value that is typed early is not echoed either.
  const asks = operation === "rotate" && !generate && process.stdin.isTTY;
  const hidden = asks ? hideInput() : undefined;
  try {
    // Pulumi's SDK takes a second to load, which `--help` and usage errors do not need.
    const [{ findPulumi }, { rotate }] = await Promise.all([
      // eslint-disable-next-line boundaries/no-unknown-dependencies -- the rule does not find ./x.ts behind ./x.js
      import("../../kit/pulumi-cli.js"),
      // eslint-disable-next-line boundaries/no-unknown-dependencies -- the rule does not find ./x.ts behind ./x.js
      import("./rotate.js"),
    ]);
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
