import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { unknownValue } from "@pulumi/pulumi/runtime";
import { getMimeType } from "hono/utils/mime";
import type { Api } from "./api";
import { scriptPath } from "./resource";
import { isAbsent, oneOf, type Rule } from "./rules";
import { isObject, type Properties, snakeCase, toApi } from "./values";

type Manifest = Record<string, { readonly hash: string; readonly size: number }>;

/** The official provider's checks of `assets`. It finds an unreadable folder in a preview too. */
export const ASSET_RULES: readonly Rule[] = [
  oneOf(
    "assets.config.htmlHandling",
    "auto-trailing-slash",
    "force-trailing-slash",
    "drop-trailing-slash",
    "none",
  ),
  oneOf("assets.config.notFoundHandling", "none", "404-page", "single-page-application"),
  {
    path: "assets.config.runWorkerFirst",
    must: "must be true, false, or a list of paths",
    accepts: (value) => isAbsent(value) || typeof value === "boolean" || isTexts(value),
  },
  {
    path: "assets",
    must: "cannot have both a directory and a jwt",
    accepts: (assets) => !isObject(assets) || isAbsent(assets.directory) || isAbsent(assets.jwt),
  },
  {
    path: "assets.directory",
    must: "must be a folder that exists",
    accepts: (value) =>
      typeof value !== "string" || statSync(value, { throwIfNoEntry: false })?.isDirectory() === true,
  },
];

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Adds the hash of the assets' manifest, as the official provider does, so that a changed file is a changed input. */
export async function withManifestHash(inputs: Properties): Promise<Properties> {
  const directory = directoryOf(inputs);
  if (directory === undefined) return inputs;
  const assetManifestSha256 = sha256(JSON.stringify(await manifestOf(directory)));
  return { ...inputs, assets: { ...(inputs.assets as Properties), assetManifestSha256 } };
}

/** Uploads the files that Cloudflare does not have yet, and adds the token that stands for all of them. */
export async function withUploadedAssets(api: Api, inputs: Properties): Promise<Properties> {
  const directory = directoryOf(inputs);
  if (directory === undefined) return inputs;
  const manifest = await manifestOf(directory);
  const session = (await api.send("post", `${scriptPath(inputs)}/assets-upload-session`, {
    manifest,
  })) as Session;
  const account = encodeURIComponent(String(inputs.accountId));
  const settings = { headers: { authorization: `Bearer ${session.jwt}` }, query: { base64: true } };
  let { jwt } = session;
  for (const bucket of session.buckets) {
    const form = await bucketForm(directory, manifest, bucket);
    const answer = await api.send("post", `/accounts/${account}/workers/assets/upload`, form, settings);
    jwt = (answer as Partial<Session>).jwt ?? jwt;
  }
  return { ...inputs, assets: { ...(inputs.assets as Properties), jwt } };
}

interface Session {
  readonly jwt: string;
  readonly buckets: readonly (readonly string[])[];
}

/** The `assets` of an upload's metadata. */
export function assetsMetadata(assets: unknown): unknown {
  if (!isObject(assets)) return undefined;
  const { config, jwt } = assets;
  return {
    ...(isObject(config) && { config: configMetadata(config) }),
    ...(typeof jwt === "string" && { jwt }),
  };
}

/** The API names the contents of the files `_headers` and `_redirects` as the files. */
function configMetadata(config: Properties): Properties {
  const rename = (key: string) => (["headers", "redirects"].includes(key) ? `_${key}` : snakeCase(key));
  const set = Object.entries(config).filter(([, value]) => value !== null);
  return Object.fromEntries(set.map(([key, value]) => [rename(key), toApi(value)]));
}

/** The folder of the assets, if the program names one and it is known. A relative path begins where this process runs. */
function directoryOf({ assets }: Properties): string | undefined {
  const { directory } = isObject(assets) ? assets : {};
  return typeof directory === "string" && directory !== unknownValue ? directory : undefined;
}

/**
 * Every file of the folder: like the official provider (by its source with cloudflare-go v7), this one reads none of
 * `.assetsignore`, `_headers` and `_redirects`, and uploads them with the others.
 */
async function manifestOf(directory: string): Promise<Manifest> {
  const entries = await fs.readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  const manifest: Manifest = {};
  for (const file of files.map(({ parentPath, name }) => path.join(parentPath, name)).sort()) {
    const content = await fs.readFile(file);
    const place = `/${path.relative(directory, file).split(path.sep).join("/")}`;
    manifest[place] = { hash: sha256(content).slice(0, 32), size: content.byteLength };
  }
  return manifest;
}

async function bucketForm(
  directory: string,
  manifest: Manifest,
  bucket: readonly string[],
): Promise<FormData> {
  const form = new FormData();
  for (const hash of bucket) {
    const [place] = Object.entries(manifest).find(([, entry]) => entry.hash === hash) ?? [];
    if (place === undefined)
      throw new Error(`Cloudflare asked for a file that is not among the assets: ${hash}`);
    const content = await fs.readFile(path.join(directory, place), "base64");
    // The official provider takes the types that Go and the machine know. Here they come from Hono's table, and a file
    // without one has the type that Cloudflare documents for that.
    form.append(hash, new Blob([content], { type: getMimeType(place) ?? "application/null" }), hash);
  }
  return form;
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
