import { setImmediate } from "node:timers/promises";
import { pendingIfRefused } from "../../../component/refusal";

test("what another component needs is there, or pending if the arguments are refused", async () => {
  const pending = "pending";
  const first = (check: Promise<string>) => Promise.race([pendingIfRefused(check), setImmediate(pending)]);
  expect(await first(Promise.resolve("id"))).toBe("id");
  expect(await first(Promise.reject(new Error("refused")))).toBe(pending);
});
