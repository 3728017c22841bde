import { notVerified } from "../../../component/worker-script/live/deployed";
import { keptUnreadable, refusedUnreadable } from "../../../component/worker-script/live/messages";

const REFUSED = 'GET https://api.example: 403 Forbidden {"errors":[{"code":10000}]}';

/** Each error that stops because a Worker could not be read. */
const errors = {
  "the gate": refusedUnreadable,
  "a deploy without values": (reason: string) => keptUnreadable("shop", reason),
  "the verification": (reason: string) => notVerified("shop", reason),
};

test.each(Object.entries(errors))(
  "%s says which permission is missing, and which page says it",
  (_, error) => {
    for (const reason of [REFUSED, "GET https://api.example: 502 Bad Gateway"]) {
      const text = error(reason);
      expect(text).toContain("Workers Metadata Read-Only");
      expect(text).toContain("docs/tokens.md");
      expect(/Cloudflare refused the API token\. If it has expired/.test(text)).toBe(reason === REFUSED);
      expect(text.includes("If the API failed: try again.")).toBe(reason !== REFUSED);
    }
  },
);
