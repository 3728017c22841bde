import type { Env } from "../..";
import { answer } from "../answer";

export default {
  fetch: (request: Request, env: Env["checkout"]) =>
    answer(request, "The checkout", [
      ...[env.PAYMENT_TOKEN, env.PAYMENT_TOKEN_PREVIOUS],
      ...[env.PARTNER_TOKEN, env.PARTNER_TOKEN_PREVIOUS],
    ]),
};
