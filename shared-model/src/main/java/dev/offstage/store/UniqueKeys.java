package dev.offstage.store;

import dev.offstage.job.JobId;
import dev.offstage.job.UniqueKey;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Takes unique keys, in one order. */
final class UniqueKeys {
  private final JdbcClient jdbc;

  UniqueKeys(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A job that wants a key, which is its tenant's and kind's own. */
  record Request(JobId job, String tenant, String kind, UniqueKey unique) {
    private static final Comparator<Request> ORDER =
        Comparator.comparing(Request::tenant)
            .thenComparing(Request::kind)
            .thenComparing(request -> request.unique().key());
  }

  /**
   * What came of a request: the key is the job's, if nobody is the holder.
   *
   * @param holder who has the key and keeps it
   * @param behind the job runs after the one that has it
   * @param replaced who was cancelled for it
   */
  record Taken(JobId job, @Nullable JobId holder, boolean behind, @Nullable JobId replaced) {}

  List<Taken> take(Collection<Request> requests) {
    if (requests.isEmpty()) {
      return List.of();
    }
    var columns =
        Columns.of(requests.stream().sorted(Request.ORDER).toList())
            .text("tenants", Request::tenant)
            .text("kinds", Request::kind)
            .text("keys", request -> request.unique().key())
            .text("policies", request -> request.unique().policy().name().toLowerCase(Locale.ROOT))
            .text("periodMs", request -> periodMillis(request.unique()))
            .text("ids", Request::job);
    return jdbc.sql(
            """
            select a.id, t.holder, t.behind, t.replaced
            from unnest(:tenants::text[], :kinds::text[], :keys::text[], :policies::text[],
                        :periodMs::text[]::bigint[], :ids::uuid[])
                as a(tenant, kind, key, policy, period_ms, id),
              lateral take_unique_key(a.tenant, a.kind, a.key, a.policy,
                                      a.period_ms * interval '1 ms', a.id) t
            """)
        .params(columns.arrays())
        .query(
            (row, n) ->
                new Taken(
                    JobRows.id(row, n),
                    idOrNull(row.getObject("holder", UUID.class)),
                    row.getBoolean("behind"),
                    idOrNull(row.getObject("replaced", UUID.class))))
        .list();
  }

  private static @Nullable Long periodMillis(UniqueKey unique) {
    var period = unique.period();
    return period == null ? null : period.toMillis();
  }

  private static @Nullable JobId idOrNull(@Nullable UUID id) {
    return id == null ? null : new JobId(id);
  }
}
