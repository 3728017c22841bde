import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import type { TestContext } from "node:test";
import type { Subject } from "./api";

/** Files by path. */
export type Files = Readonly<Record<string, string>>;

export interface UploadSession {
  readonly jwt: string;
  readonly buckets: readonly (readonly string[])[];
}

export const hashOf = (content: string) => createHash("sha256").update(content).digest("hex").slice(0, 32);

export function manifestOf(files: Files) {
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [
      path,
      { hash: hashOf(content), size: Buffer.byteLength(content) },
    ]),
  );
}

export async function openSession(subject: Subject, name: string, manifest: object): Promise<UploadSession> {
  const body = JSON.stringify({ manifest });
  const session = await subject.result("POST", `workers/scripts/${name}/assets-upload-session`, body);
  return session as unknown as UploadSession;
}

/** Uploads contents under their hashes, with the session's token. */
export function sendFiles(subject: Subject, token: string, contents: readonly string[]): Promise<Response> {
  const form = new FormData();
  for (const content of contents) {
    const hash = hashOf(content);
    form.append(hash, new File([Buffer.from(content).toString("base64")], hash, { type: "text/html" }), hash);
  }
  return subject.send("POST", "workers/assets/upload?base64=true", form, token);
}

/** Uploads what a session asks for, and returns the token that completes it. */
export async function completed(subject: Subject, name: string, files: Files): Promise<string> {
  const { jwt, buckets } = await openSession(subject, name, manifestOf(files));
  let token: string | null = jwt;
  for (const bucket of buckets) {
    const contents = bucket.map(
      (hash) => Object.values(files).find((content) => hashOf(content) === hash) ?? "",
    );
    const answer = (await (await sendFiles(subject, jwt, contents)).json()) as {
      result: { jwt: string | null };
    };
    token = answer.result.jwt;
  }
  return token ?? "";
}

/** Makes a folder of files that lasts as long as the test, and returns what writes another one. */
export async function assetFolder(t: TestContext, files: Record<string, string>) {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "assets-"));
  t.after(() => fs.rm(folder, { recursive: true, force: true }));
  const write = async (name: string, content: string) => {
    await fs.mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await fs.writeFile(path.join(folder, name), content);
  };
  for (const [name, content] of Object.entries(files)) await write(name, content);
  return { folder, write };
}
