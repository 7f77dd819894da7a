package dev.offstage.scheduler.console.api;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.offstage.audit.Audit;
import dev.offstage.audit.AuditEntry;
import dev.offstage.audit.AuditFilter;
import dev.offstage.audit.Outcome;
import dev.offstage.body.Fields;
import dev.offstage.body.Words;
import dev.offstage.scheduler.console.act.Asked;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Who did what. */
@RestController
class AuditController {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;

  private final Audit audit;

  AuditController(Audit audit) {
    this.audit = audit;
  }

  /**
   * @param next {@code cursor} of the next page; null at the end
   */
  record AuditPage(List<EntryView> entries, @Nullable String next) {}

  record EntryView(
      long id,
      Instant at,
      String actor,
      String via,
      String action,
      String target,
      @Nullable String tenant,
      @JsonRawValue String parameters,
      String outcome,
      @JsonRawValue String result) {

    static EntryView of(AuditEntry entry) {
      return new EntryView(
          entry.id(),
          entry.at(),
          entry.actor(),
          entry.via(),
          entry.action(),
          entry.target(),
          entry.tenant(),
          entry.parameters(),
          entry.outcome(),
          entry.result());
    }
  }

  @GetMapping("/ops/v1/audit")
  AuditPage page(HttpServletRequest request) {
    var fields = Fields.ofQuery(request);
    var outcome = fields.text("outcome", text -> Words.of(Outcome.class, "outcome", text));
    var filter =
        new AuditFilter(
            Asked.text(fields, "actor"),
            Asked.text(fields, "action"),
            Asked.text(fields, "target"),
            outcome == null ? null : outcome.text(),
            fields.time("from"),
            fields.time("to"));
    long before = fields.whole("cursor", 1L, Long.MAX_VALUE / 10, 0L);
    int limit = fields.whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    fields.noOthers();
    fields.check();
    var entries = audit.page(filter, before == 0 ? null : before, limit);
    var next = entries.size() < limit ? null : Long.toString(entries.getLast().id());
    return new AuditPage(entries.stream().map(EntryView::of).toList(), next);
  }
}
