import { createHash } from "node:crypto";
import { raw } from "hono/html";
import { plural } from "../../kit/plural";
import { allVisible, visible } from "../../kit/visible";
import { fold, groups, matrix, type OnPage } from "./page-matrix";
import { STYLE } from "./page-style";
import { badge, code, facts, joined, KINDS, type Markup, markup } from "./page-text";
import type { AuditedSecret, Report } from "./report";

/** Longer lists are folded at first. */
const OPEN_UP_TO = 20;

/**
 * Renders the report as one HTML page that loads nothing and runs no script: first what needs doing, then all secrets.
 *
 * @param asked the name that was asked for, if the report has only the secrets of that name
 */
export function page(report: Report, asked?: string): string {
  const shown = allVisible(report);
  const secrets = onPage(shown.secrets);
  const title = `Secrets of ${shown.project}${asked === undefined ? "" : `: ${visible(asked)}`}`;
  const [heading, none] =
    asked === undefined ? ["All secrets", "no secret"] : ["All uses", "none of these secrets"];
  // The hash allows only this style, in case a text ever gets past the escaping.
  const hash = createHash("sha256").update(STYLE).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return String(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<h1>${title}</h1>
${summary(shown, heading)}
<main>
<h2>What needs doing</h2>
${findings(secrets, none, shown.notes.length > 0)}
<h2 id="all">${heading}</h2>
${environmentsWithout(shown)}${matrix(shown, secrets)}
${sharedValues(secrets)}${notesOf(shown)}</main>
</body>
</html>
`);
}

/** Adds to each secret its element ids on the page. */
function onPage(secrets: readonly AuditedSecret[]): OnPage[] {
  const values = new Map(secrets.map((secret, index) => [places(secret)[0], index]));
  return secrets.map((secret, index) => {
    return { ...secret, id: `secret-${index}`, value: `value-${values.get(places(secret)[0]) ?? index}` };
  });
}

function summary({ at, environments, secrets, notes }: Report, heading: string): Markup {
  const workers = groups(secrets, ({ accountId, worker }) => JSON.stringify([accountId, worker])).size;
  const readable = at.replace("T", " ").replace(/:\d\d(\.\d+)?Z$/, " UTC");
  const links = KINDS.map((kind) => {
    const amount = secrets.filter(kind.is).length;
    const target = kind.todo === undefined ? "all" : kind.id;
    return amount === 0
      ? markup`0 ${kind.word}`
      : markup`<a href="#${target}">${badge(kind, `${amount} `)}</a>`;
  });
  links.push(markup`<a href="#all">${heading}</a>`);
  if (secrets.some(isShared)) {
    links.push(markup`<a href="#same">Shared values</a>`);
  }
  if (notes.length > 0) {
    links.push(markup`<a href="#notes">${plural(notes.length, "note")}</a>`);
  }
  return markup`<p>${plural(secrets.length, "secret")} of ${plural(workers, "Worker")} in \
${plural(environments.length, "environment")}, as of <time datetime="${at}">${readable}</time>.</p>
<nav aria-label="Summary">${list(links.map((link) => markup`<li>${link}</li>`))}</nav>`;
}

function findings(secrets: readonly OnPage[], none: string, hasNotes: boolean): Markup {
  const sections = KINDS.flatMap((kind) => {
    const found = kind.todo === undefined ? [] : secrets.filter(kind.is);
    const items = found.map((secret) => {
      const name = markup`${code(secret.binding)} of ${code(secret.worker)}`;
      const told = joined(facts(secret), ", ");
      return markup`<li><a href="#${secret.id}">${name}</a> in ${secret.environment}: ${told}</li>`;
    });
    const commands = new Set(found.flatMap((secret) => kind.command?.(secret) ?? []));
    const block = commands.size === 0 ? "" : markup`<pre>${[...commands].join("\n")}</pre>\n`;
    const body = markup`<p id="${kind.id}">${kind.todo ?? ""}</p>\n${block}${list(items)}`;
    const size = plural(found.length, "secret");
    return found.length === 0 ? [] : [fold(badge(kind), size, body, found.length <= OPEN_UP_TO)];
  });
  const limits = hasNotes ? ", as far as could be seen: see the notes" : "";
  return sections.length > 0
    ? markup`${joined(sections, "\n")}`
    : markup`<p>Nothing: ${none} is missing, overdue or undeclared${limits}.</p>`;
}

function environmentsWithout({ environments, secrets }: Report): Markup {
  const having = groups(secrets, ({ environment }) => environment);
  const without = environments.filter((environment) => !having.has(environment));
  return without.length === 0 ? markup`` : markup`<p>No secrets in ${without.join(", ")}.</p>\n`;
}

function sharedValues(secrets: readonly OnPage[]): Markup {
  const shared = secrets.filter(isShared);
  const items = [...groups(shared, ({ value }) => value)].map(([value, [secret]]) => {
    return markup`<li id="${value}">${joined(places(secret).map(code), ", ")}</li>`;
  });
  const more = `of ${plural(shared.length, "secret")}`;
  const body = fold(plural(items.length, "value"), more, list(items), shared.length <= OPEN_UP_TO);
  return items.length === 0
    ? markup``
    : markup`<h2 id="same">The same value in several places</h2>\n${body}\n`;
}

function isShared({ sharedWith }: AuditedSecret): boolean {
  return sharedWith.length > 0;
}

/** All secrets with the same value, sorted, so that each of them gives the same list. */
function places({ environment, worker, binding, sharedWith }: AuditedSecret): string[] {
  return [`${environment}/${worker}/${binding}`, ...sharedWith].sort();
}

function notesOf({ notes }: Report): Markup {
  const items = notes.map((note) => markup`<li>${note}</li>`);
  return items.length === 0
    ? markup``
    : markup`<h2 id="notes">Notes: what could not be determined or needs attention</h2>\n${list(items)}\n`;
}

function list(items: readonly Markup[]): Markup {
  return markup`<ul>\n${joined(items, "\n")}\n</ul>`;
}
