/** The provider's resources that create a token for Cloudflare's API. */
export const TOKENS: readonly string[] = [
  "cloudflare:index/accountToken:AccountToken",
  "cloudflare:index/apiToken:ApiToken",
];
