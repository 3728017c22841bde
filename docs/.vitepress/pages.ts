import * as fs from "node:fs";
import * as path from "node:path";

export { description, name } from "../../package.json";

const ROOT = path.join(__dirname, "../..");

/** The pages of the site, in the order of its sidebar: Markdown files of this repository. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  Start: [
    "README.md",
    "docs/adopt.md",
    "docs/from-wrangler.md",
    "docs/from-v5.md",
    "docs/languages.md",
    "docs/package.md",
    "examples/README.md",
    "examples/notes/README.md",
    "examples/orders/README.md",
    "examples/checksums/README.md",
    "examples/many-workers/README.md",
  ],
  "Every day": [
    "docs/develop.md",
    "docs/environments.md",
    "docs/many-workers.md",
    "docs/rotation.md",
    "docs/repair.md",
  ],
  Secrets: ["docs/secrets.md", "docs/sources.md", "docs/secrets-store.md", "docs/deploy-without-values.md"],
  "CI and audit": ["docs/ci.md", "docs/tokens.md", "docs/policies.md", "docs/audit.md"],
  Reference: ["docs/arguments.md", "docs/limits.md", "docs/measured.md", "CHANGELOG.md"],
  Background: [
    "docs/architecture.md",
    "docs/decisions/resource-hooks.md",
    "docs/decisions/one-child-per-secret.md",
    "docs/decisions/empty-keep-bindings.md",
    "docs/decisions/stand-in-provider.md",
    "docs/decisions/published-passphrase.md",
    "docs/decisions/inline-program.md",
    "docs/threat-model.md",
    "SECURITY.md",
    "CONTRIBUTING.md",
  ],
};

export const PAGES = Object.values(GROUPS).flat();

/** The page's place on the site: `docs/` is left out, and a README is its folder's index. */
export function placeOf(page: string): string {
  return page.replace(/^docs\//, "").replace(/README\.md$/, "index.md");
}

/** The id of a heading, which is the one that GitHub gives it, so that a link works in both places. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\-_ ]/gu, "")
    .replaceAll(" ", "-");
}

export function sidebar(): { text: string; items: { text: string; link: string }[] }[] {
  return Object.entries(GROUPS).map(([text, pages]) => ({
    text,
    items: pages.map((page) => ({ text: titleOf(page), link: `/${placeOf(page)}` })),
  }));
}

function titleOf(page: string): string {
  const [, heading = page] = /^# (.+)$/m.exec(fs.readFileSync(path.join(ROOT, page), "utf8")) ?? [];
  return heading.replaceAll("`", "");
}
