import type { Finding } from "../../../commands/repair/difference";
import { edit } from "../../../commands/repair/edit";
import { ApiError, NoAnswer } from "../../../kit/cloudflare-api";
import type { Cloudflare } from "../../../kit/live/cloudflare";
import { Notes } from "../../../kit/notes";
import { CANARY } from "../../support/mock-stack";
import { repairWorker } from "../../support/repair-worker";

/** Edits a Worker at a Cloudflare that answers with this error, if any. */
async function edited(findings: readonly Finding[], error?: Error) {
  const requests: { method: string; path: string; secrets: Record<string, unknown> }[] = [];
  const cloudflare = {
    request: (_: unknown, method: string, path: (script: string) => string, body: unknown) => {
      const { secrets } = body as { secrets: Record<string, unknown> };
      requests.push({ method, path: path("shop"), secrets });
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    },
  } as unknown as Cloudflare;
  const notes = new Notes();
  const comparison = { worker: repairWorker(), findings, obstacle: undefined, isAsDeclared: false };
  await edit(comparison, cloudflare, notes);
  return { requests, notes };
}

const KEY: Finding = { name: "KEY", says: "", edit: () => CANARY };

test("one request has what is put back and what is removed, and nothing else", async () => {
  const { requests, notes } = await edited([
    KEY,
    { name: "OLD", says: "", edit: "remove" },
    { name: "MODE", says: "" },
  ]);
  const secrets = { KEY: { name: "KEY", text: CANARY, type: "secret_text" }, OLD: null };
  expect(requests).toEqual([{ method: "PATCH", path: "scripts/shop/secrets-bulk", secrets }]);
  expect(notes.complete).toBe(true);
});

test("more than Cloudflare takes at once go in several requests", async () => {
  const many = Array.from({ length: 128 }, (_, at): Finding => ({
    name: `K${at}`,
    says: "",
    edit: "remove",
  }));
  const { requests } = await edited(many);
  expect(requests.map(({ secrets }) => Object.keys(secrets).length)).toEqual([100, 28]);
  expect(new Set(requests.flatMap(({ secrets }) => Object.keys(secrets))).size).toBe(128);
});

const quoting = (status: number, code: number) =>
  new ApiError(status, { errors: [{ code, message: CANARY }] }, new Headers());

test.each<[Error, RegExp]>([
  [quoting(403, 10000), /may not edit secrets of shop \(HTTP 403\)/],
  [quoting(401, 10000), /may not edit secrets of shop \(HTTP 401\)/],
  [quoting(400, 10215), /not deployed: npx wrangler versions deploy --name shop$/],
  [quoting(500, 10013), /did not change the secrets of shop \(HTTP 500, code 10013\): run this again/],
  [new ApiError(502, CANARY, new Headers()), /HTTP 502, code none/],
  [new NoAnswer(new Error(CANARY)), /It is not known whether Cloudflare changed the secrets of shop/],
  [new SyntaxError(CANARY), /It is not known whether/],
])("a refusal is noted without what it quotes: %#", async (error, expected) => {
  const { notes } = await edited([KEY], error);
  expect(notes.complete).toBe(false);
  expect(notes.sentences()).toEqual([expect.stringMatching(expected)]);
  expect(notes.sentences().join()).not.toContain(CANARY);
});
