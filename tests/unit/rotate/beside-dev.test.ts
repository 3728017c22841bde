import { untilDeployed } from "../../../commands/rotate/beside-dev";
import { Interrupted } from "../../../kit/command/interruption";

const { signal } = new AbortController();

test("it looks until the change is deployed", async () => {
  const answers = [false, false, true];
  const look = jest.fn(() => Promise.resolve(answers.shift() ?? false));
  expect(await untilDeployed(look, { signal, everyMs: 1 })).toBe(true);
  expect(look).toHaveBeenCalledTimes(3);
});

test("it gives up, because npm run dev may have refused the change", async () => {
  expect(await untilDeployed(() => Promise.resolve(false), { signal, limitMs: 20, everyMs: 1 })).toBe(false);
});

test("Ctrl-C ends the wait", async () => {
  const interruption = new AbortController();
  const waiting = untilDeployed(
    () => {
      setImmediate(() => {
        interruption.abort();
      });
      return Promise.resolve(false);
    },
    { signal: interruption.signal, everyMs: 60_000 },
  );
  await expect(waiting).rejects.toThrow(Interrupted);
});
