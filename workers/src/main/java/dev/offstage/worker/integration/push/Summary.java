package dev.offstage.worker.integration.push;

import java.util.Map;
import java.util.TreeMap;

/**
 * What became of a push: the job's result.
 *
 * @param members users and devices that were named
 * @param devices that these came to
 * @param sent what the providers took
 * @param failed by reason
 * @param removed devices whose tokens were dead
 * @param unreached members without a device
 */
record Summary(
    long members, long devices, long sent, Map<String, Long> failed, long removed, long unreached) {
  Summary {
    failed = new TreeMap<>(failed);
  }
}
