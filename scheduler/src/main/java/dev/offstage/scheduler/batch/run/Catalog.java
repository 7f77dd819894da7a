package dev.offstage.scheduler.batch.run;

import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.BatchRefusedException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The batches that this version knows, by name. */
final class Catalog {
  private final Map<String, Batch> batches = new TreeMap<>();

  Catalog(Collection<Batch> all) {
    for (var batch : all) {
      if (batches.put(batch.name(), batch) != null) {
        throw new IllegalStateException("Two batches are named " + batch.name());
      }
    }
  }

  List<Batch> all() {
    return List.copyOf(batches.values());
  }

  @Nullable Batch find(String name) {
    return batches.get(name);
  }

  Batch get(String name) {
    var batch = batches.get(name);
    if (batch == null) {
      throw new BatchRefusedException(
          "batch",
          "there is none of this name (expected: %s)"
              .formatted(String.join(", ", batches.keySet())));
    }
    return batch;
  }
}
