package dev.offstage.store;

import static dev.offstage.store.Columns.texts;

import dev.offstage.job.JobId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Finds tickets that came to a worker which cannot run their jobs. */
@Repository
public class Strays {
  private final JdbcClient jdbc;

  Strays(Db db) {
    this.jdbc = db.jdbc();
  }

  /** The same question over another connection pool. */
  public static Strays over(Db db) {
    return new Strays(db);
  }

  /**
   * Which of {@code claims} are still to be had, but not by a worker that runs {@code kinds}:
   * another one may.
   *
   * @param kinds what the worker runs, and the newest version of the payload that it reads
   */
  public Set<JobId> among(Map<String, Integer> kinds, Collection<Claim> claims) {
    return new HashSet<>(
        jdbc.sql(
                """
                select j.id
                from job j, unnest(:ids::uuid[], :claimNos::int[]) as c(id, claim_no)
                where j.id = any(:ids::uuid[]) and j.id = c.id and j.claim_no = c.claim_no
                  and j.state in ('scheduled', 'available', 'retryable')
                  and coalesce(j.due_at, 'infinity') < 'infinity'
                  and (j.expires_at is null or j.expires_at > now())
                  and coalesce(
                      j.payload_version > (:versions::int[])[array_position(:kinds, j.kind)], true)
                """)
            .param("ids", texts(claims, claim -> claim.id().toString()))
            .param("claimNos", claims.stream().mapToInt(Claim::claimNo).toArray())
            .param("kinds", kinds.keySet().toArray(String[]::new))
            .param("versions", kinds.values().toArray(Integer[]::new))
            .query(JobRows::id)
            .list());
  }
}
