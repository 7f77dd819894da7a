package dev.offstage.store;

import static dev.offstage.store.Columns.texts;

import dev.offstage.job.JobId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Lines jobs up at their ordering keys. */
final class OrderingKeys {
  private final JdbcClient jdbc;

  OrderingKeys(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A job and its ordering key, which is its tenant's own. */
  record Entry(JobId job, String tenant, String key) {
    private String name() {
      return tenant + "/" + key;
    }

    /** The gate whose slot is the turn. */
    String gate() {
      return "order:" + name();
    }
  }

  /** Adds jobs to the ends of their lines, in the order given; answers whose turn it is. */
  Set<JobId> lineUp(List<Entry> entries) {
    if (entries.isEmpty()) {
      return Set.of();
    }
    return new HashSet<>(
        jdbc.sql("select id from line_up(:ids::uuid[], :keys::text[]) as l(id)")
            .param("ids", texts(entries, Entry::job))
            .param("keys", texts(entries, Entry::name))
            .query(JobRows::id)
            .list());
  }
}
