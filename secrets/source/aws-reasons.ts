import type { Reasons } from "./failure";

const CREDENTIALS =
  "there are no valid credentials for AWS. Set AWS_PROFILE, or let the workflow assume a role (docs/sources.md)";
const BUSY = "AWS refuses so many requests, also after retries. Try again";
const BROKEN = "AWS has an error of its own. Try again";
const ID = "AWS cannot have a secret of this id. Give the name or the ARN";

/** What the errors of AWS Secrets Manager mean, by name. */
export const AWS_REASONS: Reasons = {
  ResourceNotFoundException:
    "there is no such secret, or no such version of it. Check the id, the version, the region and the account",
  AccessDeniedException:
    "the credentials may not read it. They need secretsmanager:GetSecretValue, and kms:Decrypt if it has a key of its own",
  DecryptionFailure:
    "KMS cannot decrypt it. Check that its key is enabled and that the credentials may use it",
  InvalidRequestException: "it is to be deleted, or has no value. Restore it, or remove the binding",
  InvalidParameterException: ID,
  ValidationException: ID,
  ThrottlingException: BUSY,
  TooManyRequestsException: BUSY,
  RequestLimitExceeded: BUSY,
  InternalServiceError: BROKEN,
  InternalFailure: BROKEN,
  ServiceUnavailable: BROKEN,
  "Region is missing": "no region is set. Give the option region, or set AWS_REGION",
  CredentialsProviderError: CREDENTIALS,
  TokenProviderError: CREDENTIALS,
  ExpiredTokenException: CREDENTIALS,
  ExpiredToken: CREDENTIALS,
  UnrecognizedClientException: CREDENTIALS,
  InvalidClientTokenId: CREDENTIALS,
  InvalidSignatureException: CREDENTIALS,
  InvalidIdentityToken: CREDENTIALS,
};
