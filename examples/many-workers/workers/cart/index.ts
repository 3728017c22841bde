import type { Env } from "../..";
import { answer } from "../answer";

export default {
  fetch: (request: Request, env: Env["cart"]) =>
    answer(request, "The cart", [
      ...[env.CART_TOKEN, env.CART_TOKEN_PREVIOUS],
      ...[env.PARTNER_TOKEN, env.PARTNER_TOKEN_PREVIOUS],
    ]),
};
