import { main } from "../../kit/command/main";
import { ROTATE } from "./arguments";
import { ALPHANUMERIC } from "./generator";

void main(ROTATE, async (values, frame) => {
  // Pulumi's SDK takes a second to load, which `--help` and a wrong argument do not wait for.
  const [{ findPulumi }, { rotate }] = await Promise.all([
    import("../../kit/pulumi-cli.js"),
    import("./rotate.js"),
  ]);
  const { key, finish, rollback, stack, generate, length, alphabet = ALPHANUMERIC, grace, yes } = values;
  const done = await rotate(
    {
      key,
      operation: finish ? "finish" : rollback ? "rollback" : "rotate",
      stack,
      generator: generate ? { length, alphabet } : undefined,
      graceMs: grace,
      deploy: !values["no-deploy"],
      yes,
    },
    { ...frame, cli: await findPulumi() },
  );
  return done ? 0 : 1;
});
