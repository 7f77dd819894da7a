package dev.offstage.live;

import dev.offstage.job.JobId;
import java.time.Duration;
import java.util.Collection;

/**
 * Which jobs an app follows live at the moment, on any node. May be forgotten at any time: then
 * nobody is taken to listen.
 */
public interface Listeners {
  /** How long a note holds: whoever listens for longer says so again within it. */
  Duration HOLDS = Duration.ofSeconds(15);

  /** Notes that an app follows these. Never waits, never fails. */
  void listening(Collection<JobId> jobs);

  /** Notes that the app went away before the job's end. Never waits, never fails. */
  void gone(JobId job);

  /** Whether an app follows the job, or saw its end just now. False if that cannot be known. */
  boolean isListening(JobId job);
}
