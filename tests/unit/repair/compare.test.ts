import { compare, isEditable } from "../../../commands/repair/compare";
import type { DeclaredWorker } from "../../../commands/repair/declared";
import type { Cloudflare } from "../../../kit/live/cloudflare";
import { Notes } from "../../../kit/notes";
import { repairWorker, versionWith } from "../../support/repair-worker";

const [ONE, TWO] = ["11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000"] as const;

/** What Cloudflare answers: the ids that serve, and the secrets of each version. */
interface Answers {
  readonly serving: readonly string[] | "absent" | "unreadable";
  readonly latest: string;
  readonly secrets?: readonly string[];
}

async function compared({ serving, latest, secrets = [] }: Answers, more: Partial<DeclaredWorker> = {}) {
  let requests = 0;
  const bindings = versionWith(Object.fromEntries(secrets.map((name) => [name, "secret_text"])));
  const version = (id: string) => (id.length === ONE.length ? { id, created: "", ...bindings } : id);
  const cloudflare = {
    read: (_: unknown, path: (script: string) => string) => {
      requests++;
      const place = path("shop");
      if (place.endsWith("/deployments")) return Promise.resolve(serving);
      return Promise.resolve(version(place.endsWith("/latest") ? latest : (place.split("/").at(-1) ?? "")));
    },
  } as unknown as Cloudflare;
  const notes = new Notes();
  const pulumi = (...words: string[]) => `pulumi ${words.join(" ")}`;
  const result = await compare(repairWorker(more), cloudflare, pulumi, notes);
  return { ...result, isEditable: isEditable(result), notes: notes.sentences(), requests };
}

const KEY = { name: "KEY", type: "secret_text", text: () => "value" };

test("a Worker whose latest version serves is compared, and edited if an edit helps", async () => {
  const answers = { serving: [ONE], latest: ONE, secrets: ["KEY"] };
  expect(await compared(answers, { bindings: [KEY] })).toMatchObject({
    isAsDeclared: true,
    isEditable: false,
  });
  expect(await compared(answers)).toMatchObject({
    isAsDeclared: false,
    isEditable: true,
    obstacle: undefined,
  });
  const mode = [KEY, { name: "MODE", type: "json", text: undefined }];
  const other = await compared(answers, { bindings: mode });
  expect(other).toMatchObject({ isAsDeclared: false, isEditable: false });
  expect(other.notes).toEqual([expect.stringMatching(/cannot change shop\/MODE\..*: pulumi up$/)]);
});

test.each<[string, Answers, RegExp]>([
  ["another version serves", { serving: [ONE], latest: TWO }, /version 11111111 serves.* --name shop$/],
  ["several do", { serving: [ONE, TWO], latest: TWO }, /versions 11111111 and 22222222 share.* --name shop$/],
  ["the latest is unknown", { serving: [ONE], latest: "unreadable" }, /latest version could not be read/],
])("it is compared and not edited if %s", async (_, answers, obstacle) => {
  const found = await compared({ ...answers, secrets: ["OLD"] });
  expect(found.findings.map(({ name }) => name)).toEqual(["OLD"]);
  expect(found).toMatchObject({
    isEditable: false,
    isAsDeclared: false,
    obstacle: expect.stringMatching(obstacle) as string,
  });
});

test.each<[string, Answers, RegExp]>([
  [
    "it does not exist",
    { serving: "absent", latest: "absent" },
    /^not on Cloudflare\. .*: pulumi up --refresh$/,
  ],
  ["no answer says", { serving: "unreadable", latest: "unreadable" }, /^what serves could not be read/],
  [
    "only the latest is known",
    { serving: "unreadable", latest: ONE, secrets: ["OLD"] },
    /^what serves could not/,
  ],
])("it is not compared if %s", async (_, answers, obstacle) => {
  const found = await compared(answers, { bindings: [KEY] });
  expect(found).toMatchObject({ findings: [], isAsDeclared: false, isEditable: false });
  expect(found.obstacle).toMatch(obstacle);
});

test("it is not asked about while an update is changing it", async () => {
  const found = await compared({ serving: [ONE], latest: ONE, secrets: ["NEW"] }, { isPending: true });
  expect(found).toMatchObject({ findings: [], isAsDeclared: false, isEditable: false, requests: 0 });
  expect(found.obstacle).toMatch(/an update is changing it.*: pulumi up$/);
});

test("a secret that only WorkerScript's record has is noted", async () => {
  const { notes, isAsDeclared } = await compared({ serving: [ONE], latest: ONE }, { onlyRecorded: ["GONE"] });
  expect(notes).toEqual(["A deploy did not finish, or a refresh found shop/GONE missing. Run: pulumi up"]);
  expect(isAsDeclared).toBe(true);
});
