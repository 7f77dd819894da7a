package dev.offstage.standalone;

/**
 * What a script needs to use this run; written as JSON once all is up.
 *
 * @param api base URL of the public API
 * @param ops base URL of health and metrics
 * @param console base URL of the operators' console
 * @param operatorToken an admin's, for the console's API
 * @param token a JWT of a user
 * @param postgres JDBC URL, with user and password
 */
record Ready(
    String api,
    String ops,
    String console,
    String operatorToken,
    String apiKey,
    String token,
    String writeKey,
    String postgres,
    String rabbitmq,
    String redis) {

  /** Keeps the secrets out of logs. */
  @Override
  public String toString() {
    return "Ready[" + api + "]";
  }
}
