package dev.offstage.worker.handler;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds out which payload a handler's class takes: what it says for {@code P}. */
final class PayloadTypes {
  private PayloadTypes() {}

  static Optional<Class<?>> of(Class<?> handler) {
    return find(handler, Map.of());
  }

  private static Optional<Class<?>> find(Type type, Map<TypeVariable<?>, Type> known) {
    if (type instanceof ParameterizedType parameterized) {
      var raw = (Class<?>) parameterized.getRawType();
      var bound = new HashMap<TypeVariable<?>, Type>();
      var variables = raw.getTypeParameters();
      for (int i = 0; i < variables.length; i++) {
        bound.put(variables[i], resolved(parameterized.getActualTypeArguments()[i], known));
      }
      if (raw == JobHandler.class) {
        return classOf(resolved(variables[0], bound));
      }
      return ofSupertypes(raw, bound);
    }
    return type instanceof Class<?> plain ? ofSupertypes(plain, Map.of()) : Optional.empty();
  }

  private static Optional<Class<?>> ofSupertypes(Class<?> type, Map<TypeVariable<?>, Type> known) {
    return Stream.concat(
            Stream.ofNullable(type.getGenericSuperclass()),
            Arrays.stream(type.getGenericInterfaces()))
        .flatMap(supertype -> find(supertype, known).stream())
        .findFirst();
  }

  private static Type resolved(Type type, Map<TypeVariable<?>, Type> known) {
    return type instanceof TypeVariable<?> variable ? known.getOrDefault(variable, type) : type;
  }

  private static Optional<Class<?>> classOf(Type type) {
    return type instanceof Class<?> plain ? Optional.of(plain) : Optional.empty();
  }
}
