import { detect } from "../../../bench/policy/policy";
import { secretLikeness } from "../../../policy/secret-likeness";

test("of the benchmark's values at most 1 % are false alarms, and at least 90 % of the secrets are found", () => {
  const { secrets, harmless, missed, falseAlarms } = detect();
  expect(secrets + harmless).toBeGreaterThanOrEqual(300);
  expect(falseAlarms.length / harmless).toBeLessThanOrEqual(0.01);
  expect(missed.length / secrets).toBeLessThan(0.1);
});

test("the reason says what gave it away, and has no part of the value", () => {
  const random = "x7Kq2mZ9Lp4Vt8Rw3Yb6Nc1Hd5Jf0Gs";
  expect(secretLikeness("UPSTREAM", random)).toBe("the value is random");
  expect(secretLikeness("clientSecret", "canary")).toBe("the name says so");
  expect(secretLikeness("DB_PASSWORD", "correct_horse_1")).toBe("the name says so");
  expect(secretLikeness("SECRET_KEY", "NAME_OF_A_VARIABLE")).toBeUndefined();
  for (const value of ["summer-holiday", "48213", "%x%"]) {
    expect([value, secretLikeness("DB_PASSWORD", value)]).toEqual([value, "the name says so"]);
  }
  expect(secretLikeness("DSN", "mysql://shop:canary@db/shop")).toBe("the value is a URL with a password");
  expect(secretLikeness("ANY", ["gh", `p_${random}${random}`].join(""))).toBe(
    "the value has the form of a secret of GitHub",
  );
});
