package dev.offstage.servers;

import java.nio.file.Path;

/** A JVM that starts servers, says which processes they are, and waits to be killed. */
final class HoldServers {
  private HoldServers() {}

  public static void main(String[] args) throws Exception {
    var base = Path.of(args[0]);
    var postgres = new PostgresServer(base.resolve("postgres"), 0);
    var rabbit = new RabbitServer(base.resolve("rabbitmq"), 0);
    var redis = new RedisServer(base.resolve("redis"), 0);
    postgres.start();
    rabbit.start();
    redis.start();
    Traces.leave(postgres);
    Traces.leave(rabbit);
    Traces.leave(redis);
    System.out.println("up");
    System.in.read();
    System.exit(0);
  }
}
