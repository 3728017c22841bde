import { sqlStatements } from "../../../local/api/sql-statements";

const TRIGGER = `create  temp trigger t after insert on a begin
  update b set c = case when d then 'end;' else e end; -- f;
  delete from g;
END;`;

test.each([
  ["one statement, with or without a semicolon", "select 1;select 2", ["select 1;", "select 2"]],
  ["nothing but comments and semicolons", "-- a;\n;; /* b; */", []],
  [
    "semicolons in texts and names",
    `select ';''', ";", \`;\`, [;]; select 1`,
    [`select ';''', ";", \`;\`, [;];`, "select 1"],
  ],
  ["semicolons in comments", "select 1 -- ;\n, 2; /* ; */ select/**/3", ["select 1  \n, 2;", "select 3"]],
  ["a trigger", `${TRIGGER} select 1`, [TRIGGER.replace("-- f;", " "), "select 1"]],
])("SQL is split into statements: %s", (_, sql, expected) => {
  expect(sqlStatements(sql)).toEqual(expected);
});
