import * as path from "node:path";
import { test } from "node:test";
import { clientStory } from "../../../support/client-story";
import { pythonClient, skipWithout } from "../../../support/clients";

const TEST = { timeout: 300_000, skip: skipWithout("python3 -m pip --version") };

test("the Python client uploads, changes and deletes a Worker and its secrets", TEST, async (t) => {
  const installed = await pythonClient(__dirname);
  await clientStory(t, {
    command: "python3",
    args: [path.join(__dirname, "main.py")],
    env: { PYTHONPATH: installed },
  });
});
