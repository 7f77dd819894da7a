package dev.offstage.bench.agent;

import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;

/** db-scheduler's one-time task, known to both its ends. */
final class DbSchedulerTask {
  static final Handled HANDLED = new Handled();

  static final OneTimeTask<String> WORK =
      Tasks.oneTime("work", String.class)
          .execute((instance, context) -> HANDLED.run(Payload.at(instance.getData())));

  private DbSchedulerTask() {}
}
