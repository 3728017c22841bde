import * as fs from "node:fs";
import * as path from "node:path";
import { PAGES, placeOf } from "./pages";

const ROOT = path.join(__dirname, "../..");
const { GITHUB_SERVER_URL = "https://github.com", GITHUB_REPOSITORY } = process.env;

/** The address of this repository on GitHub, which a workflow knows. Elsewhere it is what a reader has to fill in. */
export const REPOSITORY = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY ?? "<owner>/<repository>"}`;

/**
 * Where a link of a page leads on the site: to the page of that file or folder, or to the file on GitHub.
 *
 * @param page the page with the link, as a file of the repository
 * @param href the link as it stands there
 */
export function siteLink(page: string, href: string): string {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href;
  const [target = "", anchor] = href.split("#");
  const file = path.posix.join(path.posix.dirname(page), target).replace(/\/$/, "");
  const found = [file, `${file}/README.md`].find((name) => PAGES.includes(name));
  const kind = fs.statSync(path.join(ROOT, file), { throwIfNoEntry: false })?.isDirectory() ? "tree" : "blob";
  const place = found === undefined ? `${REPOSITORY}/${kind}/main/${file}` : `/${placeOf(found)}`;
  return anchor === undefined ? place : `${place}#${anchor}`;
}
