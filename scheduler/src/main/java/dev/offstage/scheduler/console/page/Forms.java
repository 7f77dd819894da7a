package dev.offstage.scheduler.console.page;

import static dev.offstage.scheduler.console.Pages.text;

import dev.offstage.scheduler.console.FormKey;

/**
 * The page's buttons; none for those who may only look.
 *
 * @param mayAct whether who looks may act
 */
record Forms(FormKey key, boolean mayAct) {

  /** A button that posts to {@code path}. */
  String button(String path, String label) {
    return mayAct
        ? """
        <form class="inline" method="post" action="%s">%s<button>%s</button></form>
        """
            .formatted(text(path), key.html(), text(label))
        : "";
  }
}
