package dev.offstage.servers;

import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The RabbitMQ of this JVM's tests, wherever it comes from. */
record TestRabbit(Supplier<String> source) {
  private static final String VARIABLE = "OFFSTAGE_TEST_RABBITMQ";

  static TestRabbit start() {
    @Nullable String given = System.getenv(VARIABLE);
    if (given != null) {
      return new TestRabbit(() -> given);
    }
    return Containers.rabbit().orElseGet(TestRabbit::ofThisMachine);
  }

  private static TestRabbit ofThisMachine() {
    if (!RabbitServer.isInstalled()) {
      throw Servers.notFound("RabbitMQ", VARIABLE);
    }
    var server = new RabbitServer(TestDirectory.get().resolve("rabbitmq"), 0);
    server.start();
    return new TestRabbit(new VirtualHosts(server.uri(), server::addVirtualHost));
  }

  String fresh() {
    return source.get();
  }

  /** The default virtual host first, which costs nothing, and then new ones. */
  static final class VirtualHosts implements Supplier<String> {
    private final String first;
    private final Function<String, String> add;
    private int given;

    VirtualHosts(String first, Function<String, String> add) {
      this.first = first;
      this.add = add;
    }

    @Override
    public String get() {
      given++;
      return given == 1 ? first : add.apply("test_" + given);
    }
  }
}
