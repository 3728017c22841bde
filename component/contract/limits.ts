/** The largest variable or secret, in bytes as UTF-8: https://developers.cloudflare.com/workers/platform/limits/ */
export const MAX_TEXT_BYTES = 5_120;
