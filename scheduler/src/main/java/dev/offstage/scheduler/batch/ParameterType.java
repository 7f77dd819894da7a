package dev.offstage.scheduler.batch;

/** What the value of a parameter is. All travel as text. */
public enum ParameterType {
  TEXT("text of at most 1000 characters"),
  /** A tenant's name. That there is one is checked when a batch is started. */
  TENANT("the name of a tenant"),
  /** A day of UTC. The words are relative to the moment of the start. */
  DATE("a day like 2026-11-03, or today, yesterday or today-7"),
  /** A moment, as RFC 3339 writes it. */
  INSTANT("a moment like 2026-11-03T12:00:00Z"),
  WHOLE_NUMBER("a whole number that is not negative"),
  YES_NO("true or false"),
  DURATION("a duration like 30s, 10m, 4h or 7d"),
  /** One of {@link BatchParameter#choices()}. */
  CHOICE("one of the choices");

  private final String expectation;

  ParameterType(String expectation) {
    this.expectation = expectation;
  }

  /** For people: what to write. */
  public String expectation() {
    return expectation;
  }
}
