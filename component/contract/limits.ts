/** The largest variable or secret, in bytes as UTF-8: https://developers.cloudflare.com/workers/platform/limits/ */
export const MAX_TEXT_BYTES = 5_120;

/** The largest secret of the Secrets Store, in bytes as UTF-8: https://developers.cloudflare.com/secrets-store/manage-secrets/ */
export const MAX_STORE_SECRET_BYTES = 65_536;

/** How many secrets of the Secrets Store an account may have, by the same page. */
export const MAX_STORE_SECRETS = 100;
