/** How long a value that was replaced stays bound. */
export interface PreviousFor {
  /**
   * For how many days after the newer of the two versions was made the Worker keeps the version before, as
   * `<NAME>_PREVIOUS`; the next deploy after that removes it. 0: never. Default: 7.
   */
  readonly previousFor?: number | undefined;
}

/** How `awsSecret` reads a secret. */
export interface AwsSecretOptions extends PreviousFor {
  /** The key of the secret's JSON whose value is taken. Default: the whole text. */
  readonly key?: string | undefined;
  /**
   * The version: by its stage, which moves with each rotation, or by its id, which pins it. Default: the stage
   * `AWSCURRENT`. Only `AWSCURRENT` has a previous value, the version with the stage `AWSPREVIOUS`.
   */
  readonly version?: { readonly stage: string } | { readonly id: string } | undefined;
  /** The region of the secret. Default: that of the ARN, else as the AWS SDK finds it: `AWS_REGION`, the profile. */
  readonly region?: string | undefined;
  /** A profile of `~/.aws`. Default: credentials as the AWS SDK finds them. */
  readonly profile?: string | undefined;
}

/** How `gcpSecret` reads a secret. */
export interface GcpSecretOptions extends PreviousFor {
  /** The version: its number, which pins it, an alias, or `latest`. Default: `latest`. */
  readonly version?: string | undefined;
  /**
   * The address of the API, for example of Private Service Connect. Default: that of the secret's location, or
   * `https://secretmanager.googleapis.com`.
   */
  readonly endpoint?: string | undefined;
}

/** How `vaultSecret` reads a secret. */
export interface VaultSecretOptions extends PreviousFor {
  /** The field of the secret whose value is taken. */
  readonly key: string;
  /** Where the key-value engine is mounted. Default: `secret`. */
  readonly mount?: string | undefined;
  /** The number of a version, which pins it. Default: the newest. */
  readonly version?: number | undefined;
  /** The address of Vault, for example `https://vault.example.com:8200`. Default: `VAULT_ADDR`. */
  readonly address?: string | undefined;
  /** The namespace of Vault Enterprise or HCP Vault. Default: `VAULT_NAMESPACE`, else the root namespace. */
  readonly namespace?: string | undefined;
}
