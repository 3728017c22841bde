import * as path from "node:path";
import { test } from "node:test";
import { startLanguageHost } from "../../support/language-host";
import { languageStory } from "../../support/language-stack";
import {
  goProgram,
  languageTools,
  pythonProgram,
  withoutGo,
  withoutPython,
} from "../../support/language-tools";

// In one file, one after the other, because all of them wait for the same tools to be built.
const timeout = 600_000;
const SECRETS = "a Worker and its secret, and loses no secret by another hand";

test(`a YAML program deploys ${SECRETS}`, { timeout, skip: withoutGo }, async (t) => {
  const PATH = [await languageTools(), process.env.PATH].join(path.delimiter);
  await languageStory(t, "yaml", { PATH });
});

test(`a Python program deploys ${SECRETS}`, { timeout, skip: withoutPython || withoutGo }, async (t) => {
  await languageStory(t, "python", await startLanguageHost(t, "python", pythonProgram));
});

test(`a Go program deploys ${SECRETS}`, { timeout, skip: withoutGo }, async (t) => {
  await languageStory(t, "go", await startLanguageHost(t, "go", goProgram));
});
