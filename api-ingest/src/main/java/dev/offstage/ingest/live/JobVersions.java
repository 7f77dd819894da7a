package dev.offstage.ingest.live;

import dev.offstage.job.JobId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The versions of jobs, and nothing else of them: cheap enough to ask for every second. */
@Repository
class JobVersions {
  private final JdbcClient db;

  JobVersions(JdbcClient db) {
    this.db = db;
  }

  Map<JobId, Integer> of(Collection<JobId> jobs) {
    var ids = jobs.stream().map(JobId::toString).toArray(String[]::new);
    var versions = new HashMap<JobId, Integer>();
    db.sql("select id, version from job where id = any(:ids::uuid[])")
        .param("ids", ids)
        .query(
            row -> {
              versions.put(new JobId(row.getObject("id", UUID.class)), row.getInt("version"));
            });
    return versions;
  }
}
