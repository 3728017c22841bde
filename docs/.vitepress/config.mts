import { defineConfig } from "vitepress";
import { REPOSITORY, siteLink } from "./links.js";
import { anchorOf, description, name, PAGES, placeOf, sidebar } from "./pages.js";

const hasAddress = process.env.GITHUB_REPOSITORY !== undefined;

/** The site of the Markdown files as they are on GitHub: their links are rewritten, and nothing in the files is for the site. */
export default defineConfig({
  lang: "en",
  title: name,
  description,
  srcDir: "..",
  srcExclude: ["!(docs|examples)/**/*.md", "!(README|CHANGELOG|CONTRIBUTING|SECURITY).md"],
  rewrites: placeOf,
  outDir: "../dist/docs",
  cacheDir: "../node_modules/.cache/vitepress",
  // The .env at the root, which Vite would read, has values of the user's own.
  vite: { envDir: import.meta.dirname },
  markdown: {
    anchor: { slugify: anchorOf },
    config: (md) => {
      md.core.ruler.push("repository-links", ({ tokens, env }) => {
        const { relativePath } = env as { relativePath: string };
        const page = PAGES.find((file) => placeOf(file) === relativePath) ?? relativePath;
        for (const link of tokens.flatMap(({ children }) => children ?? [])) {
          if (link.type === "link_open") link.attrSet("href", siteLink(page, link.attrGet("href") ?? ""));
        }
      });
    },
  },
  transformPageData: ({ relativePath }) => (relativePath === "index.md" ? { title: "" } : undefined),
  themeConfig: {
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: "local" },
    ...(hasAddress && {
      socialLinks: [{ icon: "github", link: REPOSITORY }],
      editLink: { pattern: `${REPOSITORY}/edit/main/:path` },
    }),
  },
});
