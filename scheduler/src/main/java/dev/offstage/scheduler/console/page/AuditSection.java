package dev.offstage.scheduler.console.page;

import static dev.offstage.scheduler.console.Pages.text;

import dev.offstage.audit.Audit;
import dev.offstage.audit.AuditEntry;
import dev.offstage.audit.AuditFilter;
import dev.offstage.audit.Outcome;
import java.time.temporal.ChronoUnit;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Who did what lately, and what came of it; all of it is at {@code /ops/v1/audit}. */
@Component
final class AuditSection {
  private static final int ENTRIES = 20;
  private static final AuditFilter ALL = new AuditFilter(null, null, null, null, null, null);

  private final Audit audit;

  AuditSection(Audit audit) {
    this.audit = audit;
  }

  String html() {
    var entries = audit.page(ALL, null, ENTRIES);
    return "<h2 id=\"audit\">Who did what</h2><ul class=\"cards\">"
        + (entries.isEmpty()
            ? "<li class=\"dim\">Nobody anything yet.</li>"
            : entries.stream().map(AuditSection::card).collect(Collectors.joining()))
        + "</ul><p><a href=\"/ops/v1/audit\">All of it, as JSON</a></p>";
  }

  private static String card(AuditEntry entry) {
    return """
    <li><div class="row"><strong>%s</strong><span class="%s">%s</span></div>
    <div>%s</div><div class="dim">%s</div>
    <details><summary class="dim">With what, and what came of it</summary><code>%s</code><br>
    <code>%s</code></details></li>
    """
        .formatted(
            text(entry.action()),
            entry.outcome().equals(Outcome.DONE.text()) ? "good" : "bad",
            text(entry.outcome()),
            text(entry.target() + (entry.tenant() == null ? "" : " of " + entry.tenant())),
            text(
                entry.at().truncatedTo(ChronoUnit.SECONDS)
                    + " · "
                    + entry.actor()
                    + " by "
                    + entry.via()),
            text(entry.parameters()),
            text(entry.result()));
  }
}
