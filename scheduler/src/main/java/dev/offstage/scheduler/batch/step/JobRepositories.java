package dev.offstage.scheduler.batch.step;

import dev.offstage.store.Db;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.JdbcJobRepositoryFactoryBean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.interceptor.NameMatchTransactionAttributeSource;
import org.springframework.transaction.support.TransactionTemplate;

/** Ways to Spring Batch's tables. */
public final class JobRepositories {
  private static final String PREFIX = "springbatch_";

  private JobRepositories() {}

  /**
   * For whoever asks for executions and ends those that were left behind: every write takes part in
   * the transaction that is under way.
   */
  public static JobRepository joining(
      DataSource dataSource, PlatformTransactionManager transactions) {
    var factory = new Factory(dataSource, transactions);
    // Spring Batch's own source begins a serializable transaction for what is created, so that two
    // nodes do not begin the same; here rows and locks of batch_run see to that.
    var joined = new Properties();
    joined.setProperty("*", "PROPAGATION_REQUIRED");
    var attributes = new NameMatchTransactionAttributeSource();
    attributes.setProperties(joined);
    factory.setTransactionAttributeSource(attributes);
    factory.setValidateTransactionState(false);
    try {
      factory.afterPropertiesSet();
      return factory.getObject();
    } catch (Exception e) {
      throw new IllegalStateException("Spring Batch's tables cannot be used", e);
    }
  }

  /** For the jobs and steps that run on this node. */
  public static JobRepository owned(
      DataSource dataSource, PlatformTransactionManager transactions, Ownership ownership, Db db) {
    var factory = new Factory(dataSource, transactions);
    try {
      factory.afterPropertiesSet();
      return new OwnedJobRepository(
          factory.daos(), ownership, new TransactionTemplate(transactions), new StepRecord(db));
    } catch (Exception e) {
      throw new IllegalStateException("Spring Batch's tables cannot be used", e);
    }
  }

  private static final class Factory extends JdbcJobRepositoryFactoryBean {
    private Factory(DataSource dataSource, PlatformTransactionManager transactions) {
      setDataSource(dataSource);
      setTransactionManager(transactions);
      setDatabaseType("POSTGRES"); // else it would connect to see, at the start
      setTablePrefix(PREFIX);
    }

    private OwnedJobRepository.Daos daos() throws Exception {
      var instances = createJobInstanceDao();
      var executions = createJobExecutionDao();
      executions.setJobInstanceDao(instances);
      var steps = createStepExecutionDao();
      steps.setJobExecutionDao(executions);
      return new OwnedJobRepository.Daos(instances, executions, steps, createExecutionContextDao());
    }
  }
}
