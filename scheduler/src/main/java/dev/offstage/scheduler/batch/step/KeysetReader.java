package dev.offstage.scheduler.batch.step;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/**
 * Reads items in the order of their keys, a page at a time, each behind the last; a restart goes on
 * behind the last item whose chunk was committed.
 */
public final class KeysetReader<T> implements ItemStreamReader<T> {
  private static final String POSITION = "reader.position";
  private static final int PAGE = 500;

  private final Pages<T> pages;
  private final Function<T, String> key;
  private final Queue<T> page = new ArrayDeque<>();
  private @Nullable String position;
  private boolean ended;

  /**
   * @param key what an item's place is told by; it is stored, so it must say nothing of a person
   */
  public KeysetReader(Pages<T> pages, Function<T, String> key) {
    this.pages = pages;
    this.key = key;
  }

  /** Where items come from. */
  public interface Pages<T> {
    /**
     * @param after the key behind which to go on; null for the first
     * @return none once there are no more
     */
    List<T> page(@Nullable String after, int limit);
  }

  @Override
  public void open(ExecutionContext context) {
    position = context.containsKey(POSITION) ? context.getString(POSITION) : null;
  }

  @Override
  public @Nullable T read() {
    if (page.isEmpty() && !ended) {
      page.addAll(pages.page(position, PAGE));
      ended = page.isEmpty();
    }
    var item = page.poll();
    if (item != null) {
      position = key.apply(item);
    }
    return item;
  }

  @Override
  public void update(ExecutionContext context) {
    if (position != null) {
      context.putString(POSITION, position);
    }
  }
}
