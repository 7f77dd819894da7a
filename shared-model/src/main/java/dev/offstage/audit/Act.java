package dev.offstage.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done.
 *
 * @param action such as {@code job.cancel}
 * @param target what it is done to, such as {@code job:<id>}
 * @param tenant whose that is; null if no tenant's
 * @param parameters as they were given; no secrets
 */
public record Act(
    String action,
    String target,
    @Nullable String tenant,
    Map<String, ? extends @Nullable Object> parameters) {

  public static Act of(String action, String target) {
    return new Act(action, target, null, Map.of());
  }

  public Act of(@Nullable String tenant) {
    return new Act(action, target, tenant, parameters);
  }

  /** With a parameter; one that is null was not given. */
  public Act with(String name, @Nullable Object value) {
    if (value == null) {
      return this;
    }
    var all = new LinkedHashMap<String, @Nullable Object>(parameters);
    all.put(name, value);
    return new Act(action, target, tenant, all);
  }
}
