import * as path from "node:path";
import { test } from "node:test";
import { clientStory } from "../../../support/client-story";
import { pythonClient, skipWithout } from "../../../support/clients";

const CHECK = "import pip, sys; sys.exit(sys.version_info < (3, 10))";
const TEST = {
  timeout: 300_000,
  skip: skipWithout("Python 3.10 or newer with pip", "python3", ["-c", CHECK]),
};

test("the Python client uploads, changes and deletes a Worker and its secrets", TEST, async (t) => {
  const { command, env } = await pythonClient(__dirname);
  await clientStory(t, { command, env, args: [path.join(__dirname, "main.py")] });
});
