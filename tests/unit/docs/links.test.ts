import * as path from "node:path";
import { anchorOf } from "../../../docs/.vitepress/pages";
import { exists, PAGES, read } from "../../support/docs/pages";

function find(pattern: RegExp, text: string): string[] {
  return [...text.matchAll(pattern)].map(([, match = ""]) => match);
}

function anchors(page: string): string[] {
  return find(/^#+ (.+)$/gm, read(page)).map(anchorOf);
}

function isBroken(page: string, link: string): boolean {
  const [target = "", anchor] = link.split("#");
  const file = target === "" ? page : path.join(path.dirname(page), target);
  return !exists(file) || (anchor !== undefined && !anchors(file).includes(anchor));
}

/** What a page says that is not so, each with its page. */
function wrong(pattern: RegExp, isWrong: (found: string, page: string) => boolean): string[] {
  return PAGES.flatMap((page) =>
    find(pattern, read(page))
      .filter((found) => isWrong(found, page))
      .map((found) => `${page}: ${found}`),
  );
}

test("there are pages to check", () => {
  expect(PAGES).toEqual(
    expect.arrayContaining(["README.md", "docs/architecture.md", "examples/notes/README.md"]),
  );
});

test("every relative link leads to a file and a heading that exist", () => {
  expect(wrong(/\]\((?![a-z]+:)([^)\s]+)\)/g, (link, page) => isBroken(page, link))).toEqual([]);
});

test("every path in code style exists in the repository", () => {
  const pathLike = /`([\w.-]+\/(?:[\w.-]+\/)*(?:[\w.-]+\.(?:ts|js|mjs|json|md|yaml|yml))?)`/g;
  expect(wrong(pathLike, (file) => !exists(file))).toEqual([]);
});
