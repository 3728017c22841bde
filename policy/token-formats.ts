/** The characters of a value that are looked at: some formats take the square of their number. Variables have up to 5 KB. */
const LONGEST = 8_192;

/**
 * What the secrets of well-known products begin with or look like, by the product's name in a message. Only what is secret:
 * publishable keys and ids are not.
 */
const FORMATS: readonly (readonly [product: string, format: RegExp])[] = [
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY/],
  ["a private key", /\bAGE-SECRET-KEY-1[0-9A-Z]{50,}/],
  ["a signed token (JWT)", /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/],
  ["a URL with a password", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@?#]*:(?![<$*{]|x+@)[^\s/@]{3,}@/i],
  [
    "a connection string with a key",
    /\b(?:AccountKey|SharedAccessKey|Password|Pwd)\s*=\s*(?![<$*{])[^;\s]{6,}/i,
  ],
  ["an Authorization header", /^(?:Basic|Bearer)\s+(?![<$*{])[\w+/.=~-]{12,}$/i],
  ["Cloudflare", /\bcf(?:k|ut|at)_[A-Za-z0-9]{40,}/],
  ["Cloudflare", /\bv1\.0-[0-9a-f]{24}-[0-9a-f]{64,}/],
  ["AWS", /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/],
  ["Google", /\bAIza[\w-]{35}/],
  ["Google", /\b(?:GOCSPX-[\w-]{20,}|ya29\.[\w-]{20,})/],
  ["GitHub", /\b(?:gh[oprsu]_[A-Za-z0-9]{36}|github_pat_\w{22,})/],
  ["GitLab", /\bgl(?:pat|dt|rt|cbt|ptt|soat)-[\w-]{20,}/],
  ["Slack", /\bx(?:ox[abeoprs]|app)-[\w-]{10,}/],
  ["Slack", /\bhooks\.slack\.com\/(?:services|workflows)\/\w+\/\w+/],
  ["Discord", /\bdiscord(?:app)?\.com\/api\/webhooks\/\d+\/[\w-]{20,}/],
  ["Stripe", /\b(?:[rs]k_(?:live|test)|whsec)_[A-Za-z0-9+/=]{16,}/],
  ["OpenAI or Anthropic", /\bsk-(?:[a-z]+\d*-)*[\w-]{20,}/],
  ["Hugging Face", /\bhf_[A-Za-z0-9]{30,}/],
  ["SendGrid", /\bSG\.[\w-]{16,}\.[\w-]{16,}/],
  ["Twilio", /\bSK[0-9a-f]{32}\b/],
  ["Mailgun", /\bkey-[0-9a-f]{32}\b/],
  ["Resend", /\bre_[A-Za-z0-9]{8,}_[A-Za-z0-9]{16,}/],
  ["npm", /\bnpm_[A-Za-z0-9]{36}/],
  ["PyPI", /\bpypi-AgEIcHlwaS5vcmc[\w-]{20,}/],
  ["Pulumi", /\bpul-[0-9a-f]{40}\b/],
  ["HashiCorp", /\b(?:hv[bs]\.[\w-]{20,}|[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,})/],
  ["Doppler", /\bdp\.(?:pt|st|ct|sa|scim|audit)\.(?:[\w-]+\.)?[A-Za-z0-9]{30,}/],
  ["1Password", /\bops_eyJ[\w-]{40,}/],
  ["DigitalOcean", /\bdo[opr]_v1_[0-9a-f]{40,}/],
  ["Shopify", /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b/],
  ["Databricks", /\bdapi[0-9a-f]{32}/],
  ["Grafana", /\bgl(?:sa_[A-Za-z0-9]{32}|c_[A-Za-z0-9+/]{32})/],
  ["Sentry", /\bsntry[su]_[\w+/=-]{40,}/],
  ["New Relic", /\bNRAK-[A-Z0-9]{27}\b/],
  ["Linear", /\blin_(?:api|oauth)_[A-Za-z0-9]{32,}/],
  ["Supabase", /\b(?:sbp_[0-9a-f]{40}|sb_secret_[\w-]{20,})/],
  ["PlanetScale", /\bpscale_(?:tkn|pw|oauth)_[\w.-]{30,}/],
  ["Postman", /\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}/],
  ["Telegram", /\b\d{8,10}:AA[\w-]{33}/],
  ["Mapbox", /\bsk\.eyJ[\w-]{20,}\.[\w-]{20,}/],
];

/** Names the product whose secrets look like this; undefined if none does. */
export function tokenFormat(value: string): string | undefined {
  const beginning = value.slice(0, LONGEST);
  return FORMATS.find(([, format]) => format.test(beginning))?.[0];
}
