package dev.offstage.scheduler.batch.export;

import java.util.Locale;

/**
 * A column of what is exported.
 *
 * @param sql what is selected for it
 */
record Column(String name, Type type, String sql) {

  /** What its values are. */
  enum Type {
    /** {@code String} */
    TEXT,
    /** {@code String}: a JSON text */
    JSON,
    /** {@code Long} */
    NUMBER,
    /** {@code Double} */
    DECIMAL,
    /** {@code Boolean} */
    FLAG,
    /** {@code Long}: microseconds since 1970, UTC */
    TIME;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Column text(String name) {
    return new Column(name, Type.TEXT, name);
  }

  /** What is no text in the database. */
  static Column textOf(String name) {
    return new Column(name, Type.TEXT, name + "::text");
  }

  static Column json(String name) {
    return new Column(name, Type.JSON, name + "::text");
  }

  static Column number(String name) {
    return new Column(name, Type.NUMBER, name + "::bigint");
  }

  static Column decimal(String name) {
    return new Column(name, Type.DECIMAL, name + "::double precision");
  }

  static Column flag(String name) {
    return new Column(name, Type.FLAG, name);
  }

  static Column time(String name) {
    return new Column(name, Type.TIME, name);
  }
}
