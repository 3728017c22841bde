import type { SecretList } from "../../secrets";

/** Every secret of the team's Workers. A line here is all that a further secret needs. */
export const SECRETS = {
  cart: {
    CART_TOKEN: { from: { config: "cart-token" }, maxAge: 90, description: "Apps read carts with it" },
    PARTNER_TOKEN: { from: { config: "partner-token" }, description: "Partners call with it" },
  },
  checkout: {
    PAYMENT_TOKEN: { from: { config: "payment-token" }, maxAge: 30, description: "The bank calls with it" },
    PARTNER_TOKEN: { from: { config: "partner-token" } },
  },
  search: {
    SEARCH_TOKEN: { from: { config: "search-token" }, maxAge: 90, description: "Apps search with it" },
  },
} as const satisfies SecretList;
