package dev.offstage.plan;

import dev.offstage.store.Db;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** The apps' plans. Each node knows them for a few seconds before it looks again. */
public final class TrackingPlans {
  private static final Logger log = LoggerFactory.getLogger(TrackingPlans.class);
  private static final Duration REMEMBERED = Duration.ofSeconds(5);
  private static final int MOST_REMEMBERED = 10_000;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private record Key(String tenant, String app) {}

  private record Known(Optional<TrackingPlan> plan, long since) {}

  private final Db db;
  private final Map<Key, Known> known = new ConcurrentHashMap<>();

  private TrackingPlans(Db db) {
    this.db = db;
  }

  public static TrackingPlans over(Db db) {
    return new TrackingPlans(db);
  }

  /**
   * A plan as it is kept.
   *
   * @param plan JSON text
   * @param version from 1, raised with each change
   */
  public record Kept(String app, int version, String plan) {}

  /** The plan that an app's events are judged by; empty if it has none. */
  public Optional<TrackingPlan> of(String tenant, String app) {
    var key = new Key(tenant, app);
    var there = known.get(key);
    if (there != null && System.nanoTime() - there.since() < REMEMBERED.toNanos()) {
      return there.plan();
    }
    var plan = find(tenant, app).flatMap(kept -> parsed(tenant, kept));
    if (known.size() >= MOST_REMEMBERED) {
      known.clear();
    }
    known.put(key, new Known(plan, System.nanoTime()));
    return plan;
  }

  /** One that this version cannot read must not keep events from being written. */
  private static Optional<TrackingPlan> parsed(String tenant, Kept kept) {
    try {
      return Optional.of(TrackingPlan.parse(JSON.readTree(kept.plan())));
    } catch (IllegalArgumentException e) {
      log.error("The tracking plan of {}'s {} is ignored: {}", tenant, kept.app(), e.getMessage());
      return Optional.empty();
    }
  }

  public Optional<Kept> find(String tenant, String app) {
    return db.jdbc()
        .sql("select app, version, plan from tracking_plan where tenant = ? and app = ?")
        .params(tenant, app)
        .query(
            (row, n) ->
                new Kept(row.getString("app"), row.getInt("version"), row.getString("plan")))
        .optional();
  }

  /** A tenant's plans. */
  public List<Kept> all(String tenant) {
    return db.jdbc()
        .sql(
            "select app, version, plan from tracking_plan where tenant = ? order by app limit 1000")
        .param(tenant)
        .query(
            (row, n) ->
                new Kept(row.getString("app"), row.getInt("version"), row.getString("plan")))
        .list();
  }

  /**
   * Keeps a plan, in the place of the one before.
   *
   * @param plan JSON text that {@link TrackingPlan#parse} can read
   * @return its version
   */
  public int put(String tenant, String app, String plan) {
    return db.jdbc()
        .sql(
            """
            insert into tracking_plan as p (tenant, app, version, plan)
            values (?, ?, 1, ?::jsonb)
            on conflict on constraint tracking_plan_pk
              do update set version = p.version + 1, plan = excluded.plan, changed_at = now()
            returning version
            """)
        .params(tenant, app, plan)
        .query(Integer.class)
        .single();
  }

  /** Returns whether there was one. */
  public boolean remove(String tenant, String app) {
    return db.jdbc()
            .sql("delete from tracking_plan where tenant = ? and app = ?")
            .params(tenant, app)
            .update()
        == 1;
  }
}
