package dev.offstage.secret;

/**
 * A sealed text does not open: its key is not among those that are configured, or it is not what
 * was sealed for this place. Says neither the text nor anything of the secret.
 */
public final class SecretUnreadableException extends RuntimeException {
  SecretUnreadableException(String message) {
    super(message);
  }
}
