package dev.offstage.scheduler.console;

/**
 * What a page's forms send along, so that no other page's do what they do. A controller's argument.
 */
public record FormKey(String name, String value) {
  /** As a form's hidden member. */
  public String html() {
    return "<input type=\"hidden\" name=\"%s\" value=\"%s\">"
        .formatted(Pages.text(name), Pages.text(value));
  }

  /** Keeps it out of logs. */
  @Override
  public String toString() {
    return "FormKey";
  }
}
