package dev.offstage.scheduler.batch.run;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.offstage.client.JobClient;
import dev.offstage.client.JobControl;
import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.Batches;
import dev.offstage.scheduler.batch.step.BatchSteps;
import dev.offstage.scheduler.batch.step.ChunkTransactions;
import dev.offstage.scheduler.batch.step.JobRepositories;
import dev.offstage.scheduler.batch.step.PartJobs;
import dev.offstage.store.Db;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.launch.support.JobOperatorFactoryBean;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Ties it together. None of Spring Batch's types is a bean, so that Spring Boot neither launches a
 * job at the start nor makes a repository of its own, which would forget everything.
 */
@Configuration(proxyBeanMethods = false)
class BatchConfiguration {

  /** Heartbeats, and looking after other nodes. */
  private static final int OWN_CONNECTIONS = 2;

  /** This node, from the inside. */
  record Parts(
      HikariDataSource leaseConnections,
      RunStore runs,
      Running running,
      BatchLease lease,
      Burial burial,
      JobRepository owned)
      implements AutoCloseable {
    @Override
    public void close() {
      leaseConnections.close();
    }
  }

  @Bean
  Parts batchParts(HikariDataSource dataSource, Db db, BatchProperties properties) {
    var connections = ownConnections(dataSource);
    var nodes = new NodeStore(Db.over(connections));
    var runs = new RunStore(db);
    var running = new Running();
    var lease = new BatchLease(nodes, properties, running);
    var owned =
        JobRepositories.owned(
            dataSource,
            new ChunkTransactions(dataSource),
            new NodeOwnership(running, lease, runs),
            db);
    return new Parts(connections, runs, running, lease, new Burial(nodes), owned);
  }

  /** They must get through when batches have taken every other connection. */
  private static HikariDataSource ownConnections(HikariDataSource shared) {
    var config = new HikariConfig();
    shared.copyStateTo(config);
    config.setPoolName("offstage-batch-lease");
    config.setMaximumPoolSize(OWN_CONNECTIONS);
    config.setMinimumIdle(1);
    config.setMetricRegistry(null);
    config.addDataSourceProperty("socketTimeout", "5");
    return new HikariDataSource(config);
  }

  @Bean
  PartJobs batchPartJobs(
      BatchProperties properties, JobClient client, JobControl control, InstantSource clock) {
    boolean enabled = properties.parts() == BatchProperties.Parts.WORKERS;
    return new PartJobs(enabled, client, control, clock);
  }

  @Bean
  BatchSteps batchSteps(
      Parts parts,
      HikariDataSource dataSource,
      Db db,
      BatchProperties properties,
      PartJobs partJobs) {
    return new BatchSteps(
        parts.owned(),
        new ChunkTransactions(dataSource),
        db,
        new NodeOwnership(parts.running(), parts.lease(), parts.runs()),
        threads(properties),
        partJobs);
  }

  private static TaskExecutor threads(BatchProperties properties) {
    var threads = new SimpleAsyncTaskExecutor("batch-part-");
    threads.setVirtualThreads(true);
    threads.setConcurrencyLimit(properties.threads());
    return threads;
  }

  @Bean
  Executions batchExecutions(
      HikariDataSource dataSource, PlatformTransactionManager transactions, Parts parts) {
    var repository = JobRepositories.joining(dataSource, transactions);
    return new Executions(repository, operator(repository, transactions), parts.runs());
  }

  private static JobOperator operator(
      JobRepository repository, PlatformTransactionManager transactions) {
    var factory = new JobOperatorFactoryBean();
    factory.setJobRepository(repository);
    factory.setJobRegistry(new MapJobRegistry());
    factory.setTransactionManager(transactions);
    try {
      factory.afterPropertiesSet();
      return factory.getObject();
    } catch (Exception e) {
      throw new IllegalStateException("Spring Batch's operator cannot be made", e);
    }
  }

  @Bean
  Catalog batchCatalog(List<Batch> batches) {
    return new Catalog(batches);
  }

  @Bean
  Checked batchParameterCheck(Parts parts, InstantSource clock) {
    return new Checked(parts.runs(), clock);
  }

  @Bean
  Starts batchStarts(Parts parts, Executions executions) {
    return new Starts(parts.runs(), executions);
  }

  @Bean
  Bell batchBell() {
    return new Bell();
  }

  @Bean
  Batches batches(Db db, Catalog catalog, Checked checked, Starts starts, Bell bell) {
    return new StoredBatches(db, catalog, checked, starts, bell);
  }

  @Bean
  BatchNode.Work batchWork(
      Parts parts, Catalog catalog, Ranges ranges, Recovery recovery, Launcher launcher) {
    return new BatchNode.Work(parts.runs(), catalog, ranges, recovery, launcher);
  }

  @Bean
  Ranges batchRanges(Db db, Starts starts, Catalog catalog, Checked checked) {
    return new Ranges(db.transactions(), new RangeStore(db), starts, catalog, checked);
  }

  @Bean
  Recovery batchRecovery(Db db, Parts parts, Executions executions) {
    return new Recovery(db.transactions(), parts.runs(), executions);
  }

  @Bean
  Launcher batchLauncher(
      Parts parts, Catalog catalog, Recovery recovery, Bell bell, MeterRegistry meters) {
    return new Launcher(parts.owned(), catalog, parts.running(), recovery, bell, meters);
  }

  @Bean
  BatchNode batchNode(BatchProperties properties, Parts parts, BatchNode.Work work, Bell bell) {
    return new BatchNode(properties, parts.lease(), parts.burial(), parts.running(), work, bell);
  }
}
