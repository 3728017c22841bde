import { SourceError } from "../../component/contract/source-error";

/** Why a request failed and what to do, by the name or the code of its error. */
export type Reasons = Readonly<Record<string, string>>;

const CERTIFICATE = "its certificate is not trusted. Give its authority in NODE_EXTRA_CA_CERTS";

/** What keeps a request from reaching any server. Node puts the code on the error or on its cause. */
const UNREACHABLE: Reasons = {
  ECONNREFUSED: "no server listens at its address. Check the address and the network",
  ECONNRESET: "the connection was closed. Try again",
  ENOTFOUND: "its host name is unknown. Check the address, the region and the network",
  EAI_AGAIN: "its host name cannot be looked up. Check the network",
  ETIMEDOUT: "it does not answer. Check the network",
  TimeoutError: "it does not answer. Check the network",
  DEPTH_ZERO_SELF_SIGNED_CERT: CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE,
};

/**
 * Makes the error of a request one that names the secret, the reason and the fix. The texts are ours: what a server or a
 * client writes may repeat what was sent, so of those only the name of an error that is not in the table is shown.
 *
 * @param subject the manager and the secret
 */
export function failure(subject: string, error: unknown, reasons: Reasons): SourceError {
  const known: Reasons = { ...UNREACHABLE, ...reasons };
  const chain = causesOf(error);
  const reason = chain.flatMap(({ code, name, message }) => [code, name, message].map((text) => known[text]));
  const name = chain
    .map((cause) => cause.name)
    .find((text) => /^[A-Za-z]{2,60}$/.test(text) && text !== "Error");
  const unknown = `the request failed (${name ?? "for an unknown reason"}). Try again`;
  return new SourceError(`${subject}: ${reason.find((text) => text !== undefined) ?? unknown}.`);
}

/** What tells errors apart: the root cause first, the error itself last. */
function causesOf(error: unknown): Record<"code" | "name" | "message", string>[] {
  if (typeof error !== "object" || error === null) return [];
  const { code, name, message, cause } = error as Record<string, unknown>;
  const text = textOf(message);
  // Some clients wrap an error and keep its message only, which has the code.
  const known = textOf(code) || (/\bE[A-Z_]{4,}\b/.exec(text)?.[0] ?? "");
  return [...causesOf(cause), { code: known, name: textOf(name), message: text }];
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
