package dev.offstage.servers;

import org.jspecify.annotations.Nullable;

/** The PostgreSQL of this JVM's tests, wherever it comes from. */
record TestPostgres(String url, boolean given) {
  private static final String VARIABLE = "OFFSTAGE_TEST_POSTGRES";

  static TestPostgres start() {
    @Nullable String url = System.getenv(VARIABLE);
    if (url != null) {
      return new TestPostgres(url, true);
    }
    return Containers.postgres()
        .map(container -> new TestPostgres(container, false))
        .orElseGet(TestPostgres::ofThisMachine);
  }

  private static TestPostgres ofThisMachine() {
    var server = new PostgresServer(TestDirectory.get().resolve("postgres"), 0);
    server.start();
    return new TestPostgres(server.url("postgres"), false);
  }

  /** URL of a new database. One made in a server that we do not end is dropped in the end. */
  String fresh(String name) {
    Databases.ensure(url, name);
    if (given) {
      ShutdownHook.before(() -> Databases.drop(url, name));
    }
    return named(name);
  }

  private String named(String name) {
    int path = url.indexOf('/', "jdbc:postgresql://".length());
    int query = url.indexOf('?', path);
    return url.substring(0, path + 1) + name + (query < 0 ? "" : url.substring(query));
  }
}
