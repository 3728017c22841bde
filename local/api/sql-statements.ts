/** Comments, quoted texts and names, the end of a statement, words, space, and anything else. */
const TOKENS =
  /(--[^\n]*|\/\*[^]*?(?:\*\/|$))|('(?:[^']|'')*'?|"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|\[[^\]]*\]?)|(;)|(\w+)|\s+|[^]/g;

/**
 * Splits SQL into its statements, without comments, by the rule of SQLite's own shell: a statement ends at a semicolon,
 * and one that creates a trigger ends at a semicolon after `; END`.
 */
export function sqlStatements(sql: string): string[] {
  const statements: string[] = [];
  let text = "";
  let words: string[] = [];
  for (const [token, comment, quoted, end, word] of sql.matchAll(TOKENS)) {
    // Without a space, the words around a comment would become one.
    text += comment === undefined ? token : " ";
    if (end !== undefined) {
      if (isTrigger(words) && words.slice(-2).join(" ") !== "; end") words.push(end);
      else {
        statements.push(text);
        [text, words] = ["", []];
      }
    } else if (word !== undefined) words.push(word.toLowerCase());
    else if (quoted !== undefined) words.push("''");
  }
  return [...statements, text].map((one) => one.trim()).filter((one) => !/^;?$/.test(one));
}

function isTrigger(words: readonly string[]): boolean {
  return /^(explain (query plan )?)?create (temp |temporary )?trigger\b/.test(words.slice(0, 6).join(" "));
}
