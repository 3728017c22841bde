import * as pulumi from "@pulumi/pulumi";
import { SourceError } from "../../component/contract/source-error";
import type { SecretValue } from "../../component/contract/secret-value";

/** Begins a run of a program: each has its own connection to the engine, and fetches each secret again. */
export async function startRun(): Promise<void> {
  const mocks = { newResource: () => ({ id: "", state: {} }), call: () => ({}) };
  await pulumi.runtime.setMocks(mocks, "project", "stack", false);
}

/** What a binding gets of a source. */
export async function readSource(value: SecretValue): Promise<Record<string, unknown>> {
  const [text, previous, version, previousVersion] = await Promise.all([
    value.text,
    value.previous,
    value.version,
    value.previousVersion,
  ]);
  expect(await pulumi.isSecret(pulumi.output(text))).toBe(true);
  const { source } = value;
  return {
    ...{ text: await revealed(text), previous: await revealed(previous) },
    version,
    previousVersion,
    source,
  };
}

/** The error of a source that has no value to give; it has no value in it, and is the same for each part. */
export async function failureOf({ text, previous, version, previousVersion }: SecretValue): Promise<string> {
  const parts = [text, previous, version, previousVersion].map((part) => part as Promise<unknown>);
  const reasons = await Promise.all(
    parts.map((part) =>
      part.then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  );
  const [first] = reasons;
  expect(first).toBeInstanceOf(SourceError);
  expect(new Set(reasons).size).toBe(1);
  return (first as SourceError).message;
}

function revealed(value: unknown): Promise<unknown> {
  return new Promise((resolve) => {
    pulumi.all([value]).apply(([known]) => {
      resolve(known);
    });
  });
}
