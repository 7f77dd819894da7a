package dev.offstage.ingest.analytics;

import dev.offstage.problem.ProblemType;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Lets a few questions at a time reach PostgreSQL, each for a bounded time. */
@Component
class Asking {
  private static final ProblemType TOO_EXPENSIVE =
      ProblemType.of(422, "too-expensive", "Too expensive");
  private static final Duration QUEUED = Duration.ofSeconds(2);
  private static final String CANCELED = "57014";

  private final JdbcClient jdbc;
  private final TransactionTemplate reading;
  private final Semaphore places;
  private final Duration patience;

  Asking(DataSource dataSource, AnalyticsProperties properties) {
    this.jdbc = JdbcClient.create(dataSource);
    this.reading = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    this.reading.setReadOnly(true);
    this.places = new Semaphore(properties.atOnce(), true);
    this.patience = properties.patience();
  }

  /**
   * Asks within one transaction.
   *
   * @throws dev.offstage.problem.ProblemException if too many ask, or it takes too long
   */
  <T> T ask(Function<JdbcClient, T> question) {
    admit();
    try {
      var answer =
          reading.execute(
              status -> {
                bound();
                return question.apply(jdbc);
              });
      return java.util.Objects.requireNonNull(answer);
    } catch (DataAccessException e) {
      throw isTimeOut(e) ? tooExpensive() : e;
    } finally {
      places.release();
    }
  }

  private void admit() {
    try {
      if (places.tryAcquire(QUEUED.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw ProblemType.UNAVAILABLE
        .because("Others are asking already; please try again shortly.")
        .retryAfter(QUEUED);
  }

  private void bound() {
    jdbc.sql(
            "select set_config('statement_timeout', ?, true), set_config('jit', 'off', true),"
                + " set_config('work_mem', '64MB', true)")
        .param(Long.toString(patience.toMillis()))
        .query((row, n) -> true)
        .single();
  }

  private RuntimeException tooExpensive() {
    return TOO_EXPENSIVE.because(
        "The answer takes longer than %s to find (expected: a shorter range, or fewer filters that only single events can answer)."
            .formatted(patience));
  }

  private static boolean isTimeOut(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql && CANCELED.equals(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }
}
