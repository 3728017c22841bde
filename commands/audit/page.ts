import { createHash } from "node:crypto";
import { fold, groups, matrix, type OnPage } from "./page-matrix";
import { STYLE } from "./page-style";
import { badge, code, count, escape, facts, KINDS } from "./page-text";
import type { AuditedSecret, Report } from "./report";

/** So many secrets of a list stay unfolded. */
const OPEN_UP_TO = 20;

/**
 * The report as one HTML page, which asks for nothing from anywhere and runs no script: what needs doing
 * first, then all secrets. Every text of the report is escaped.
 *
 * @param name what was asked for, where the report has only the secrets of that name
 */
export function page(report: Report, name?: string): string {
  const secrets = onPage(report.secrets);
  const isWhole = name === undefined;
  const title = `Secrets of ${escape(report.project)}${isWhole ? "" : `: ${escape(name)}`}`;
  const heading = isWhole ? "All secrets" : "All uses";
  // By its hash this style is let in, and no other, should a text ever get past the escaping.
  const hash = createHash("sha256").update(STYLE).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
${summary(report, heading)}
<main>
<h2>What needs doing</h2>
${findings(secrets, isWhole ? "no secret" : "none of these secrets", report.notes.length > 0)}
<h2 id="all">${heading}</h2>
${environmentsWithout(report)}${matrix(report, secrets)}
${sharedValues(secrets)}${notesOf(report)}</main>
</body>
</html>
`;
}

/** Each secret with the ids of its places on the page. */
function onPage(secrets: readonly AuditedSecret[]): OnPage[] {
  const values = new Map(secrets.map((secret, index) => [places(secret)[0], index]));
  return secrets.map((secret, index) => {
    return { ...secret, id: `secret-${index}`, value: `value-${values.get(places(secret)[0]) ?? index}` };
  });
}

function summary({ at, environments, secrets, notes }: Report, heading: string): string {
  const workers = groups(secrets, ({ accountId, worker }) => JSON.stringify([accountId, worker])).size;
  const readable = at.replace("T", " ").replace(/:\d\d(\.\d+)?Z$/, " UTC");
  const time = `<time datetime="${escape(at)}">${escape(readable)}</time>`;
  const links = KINDS.map((kind) => {
    const amount = secrets.filter(kind.is).length;
    const target = kind.todo === undefined ? "all" : kind.id;
    return amount === 0 ? `0 ${kind.word}` : `<a href="#${target}">${badge(kind, `${amount} `)}</a>`;
  });
  links.push(`<a href="#all">${heading}</a>`);
  if (secrets.some(isShared)) {
    links.push('<a href="#same">Shared values</a>');
  }
  if (notes.length > 0) {
    links.push(`<a href="#notes">${count(notes.length, "note")}</a>`);
  }
  return `<p>${count(secrets.length, "secret")} of ${count(workers, "Worker")} in \
${count(environments.length, "environment")}, looked at ${time}.</p>
<nav aria-label="Summary">${list(links.map((link) => `<li>${link}</li>`))}</nav>`;
}

function findings(secrets: readonly OnPage[], none: string, hasNotes: boolean): string {
  const sections = KINDS.flatMap((kind) => {
    const found = kind.todo === undefined ? [] : secrets.filter(kind.is);
    const items = found.map((secret) => {
      const name = `${code(secret.binding)} of ${code(secret.worker)}`;
      return `<li><a href="#${secret.id}">${name}</a> in ${escape(secret.environment)}: ${facts(secret).join(", ")}</li>`;
    });
    const body = `<p id="${kind.id}">${kind.todo ?? ""}</p>\n${list(items)}`;
    const size = count(found.length, "secret");
    return found.length === 0 ? [] : [fold(badge(kind), size, body, found.length <= OPEN_UP_TO)];
  });
  const limits = hasNotes ? ", as far as could be seen: see the notes" : "";
  return sections.join("\n") || `<p>Nothing: ${none} is missing, overdue or undeclared${limits}.</p>`;
}

function environmentsWithout({ environments, secrets }: Report): string {
  const having = groups(secrets, ({ environment }) => environment);
  const without = environments.filter((environment) => !having.has(environment));
  return without.length === 0 ? "" : `<p>No secrets in ${without.map(escape).join(", ")}.</p>\n`;
}

function sharedValues(secrets: readonly OnPage[]): string {
  const shared = secrets.filter(isShared);
  const items = [...groups(shared, ({ value }) => value)].map(([value, [secret]]) => {
    return `<li id="${value}">${places(secret).map(code).join(", ")}</li>`;
  });
  const more = `of ${count(shared.length, "secret")}`;
  const body = fold(count(items.length, "value"), more, list(items), shared.length <= OPEN_UP_TO);
  return items.length === 0 ? "" : `<h2 id="same">The same value in several places</h2>\n${body}\n`;
}

function isShared({ sharedWith }: AuditedSecret): boolean {
  return sharedWith.length > 0;
}

/** Where a value is: the same for all that share it. */
function places({ environment, worker, binding, sharedWith }: AuditedSecret): string[] {
  return [`${environment}/${worker}/${binding}`, ...sharedWith].sort();
}

function notesOf({ notes }: Report): string {
  const items = notes.map((note) => `<li>${escape(note)}</li>`);
  return items.length === 0 ? "" : `<h2 id="notes">Notes: what could not be found out</h2>\n${list(items)}\n`;
}

function list(items: readonly string[]): string {
  return `<ul>\n${items.join("\n")}\n</ul>`;
}
