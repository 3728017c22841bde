import { anchorOf, GROUPS, PAGES, placeOf, sidebar } from "../../../docs/.vitepress/pages";
import { REPOSITORY, siteLink } from "../../../docs/.vitepress/links";
import { PAGES as FILES, read } from "../../support/docs/pages";

/** `package/` has what npm shows of the packages. */
const OF_THE_SITE = FILES.filter((file) => !file.startsWith("package/"));

test("the sidebar has every page once", () => {
  expect([...PAGES].sort()).toEqual([...OF_THE_SITE].sort());
});

test("the sidebar's entries have the pages' own headings", () => {
  const [start, ...others] = sidebar();
  expect(start?.items[0]).toEqual({ text: "cloudflare-worker-secrets", link: "/index.md" });
  expect(others.map(({ text }) => text)).toEqual(Object.keys(GROUPS).slice(1));
  expect(others.flatMap(({ items }) => items)).toContainEqual({
    text: "WorkerScript",
    link: "/arguments.md",
  });
});

test("the README's table has every page of docs/, except the decisions", () => {
  const rows = [...read("README.md").matchAll(/^\| \[[^\]]+\]\(([^)]+)\)/gm)].map(([, file]) => file);
  const wanted = PAGES.filter((page) => /^docs\/[^/]+$/.test(page));
  expect(rows).toEqual(expect.arrayContaining(wanted));
});

test("pages have their place on the site without docs/", () => {
  expect(["README.md", "docs/ci.md", "examples/notes/README.md"].map(placeOf)).toEqual([
    "index.md",
    "ci.md",
    "examples/notes/index.md",
  ]);
});

test("a link of a page leads to the page on the site, or to the file on GitHub", () => {
  expect(siteLink("README.md", "docs/tokens.md#kinds")).toBe("/tokens.md#kinds");
  expect(siteLink("docs/ci.md", "tokens.md")).toBe("/tokens.md");
  expect(siteLink("docs/many-workers.md", "../examples/many-workers")).toBe(
    "/examples/many-workers/index.md",
  );
  expect(siteLink("docs/arguments.md", "../script.js")).toBe(`${REPOSITORY}/blob/main/script.js`);
  expect(siteLink("docs/arguments.md", "../component/contract/")).toBe(
    `${REPOSITORY}/tree/main/component/contract`,
  );
  for (const link of ["https://example.com/a.md", "#try-it"]) {
    expect(siteLink("README.md", link)).toBe(link);
  }
});

test("a heading has the anchor that GitHub gives it", () => {
  expect(anchorOf("`keepBindings: []` on every_upload, at 5 - 6")).toBe(
    "keepbindings--on-every_upload-at-5---6",
  );
});
