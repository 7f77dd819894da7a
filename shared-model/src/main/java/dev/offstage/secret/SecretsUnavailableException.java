package dev.offstage.secret;

/** A secret can be neither sealed nor opened, because no key is configured. */
public final class SecretsUnavailableException extends RuntimeException {
  SecretsUnavailableException() {
    super(Secrets.LACKS);
  }
}
