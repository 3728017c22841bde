import { setImmediate } from "node:timers/promises";
import { inTurns } from "../../../local/runtime/in-turns";

it("at most so many actions run at the same time, and one that fails makes room for the next", async () => {
  const inTurn = inTurns(2);
  let running = 0;
  const counts: number[] = [];
  const action = async (at: number): Promise<number> => {
    running += 1;
    counts.push(running);
    await setImmediate();
    running -= 1;
    if (at === 1) throw new Error("this one");
    return at;
  };
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map((at) => inTurn(() => action(at))));
  expect(Math.max(...counts)).toBe(2);
  expect(results.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "fulfilled",
    "fulfilled",
  ]);
});
