package dev.offstage.servers;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.net.Socket;
import java.net.URI;
import java.sql.DriverManager;
import java.util.Map;

/** Leaves something durable in each server, and looks for it. */
final class Traces {
  private Traces() {}

  static void leave(PostgresServer server) throws Exception {
    try (var connection = DriverManager.getConnection(server.url("postgres"));
        var statement = connection.createStatement()) {
      statement.execute("create table trace (left_by text)");
      statement.execute("insert into trace values ('us')");
    }
  }

  static String read(PostgresServer server) throws Exception {
    try (var connection = DriverManager.getConnection(server.url("postgres"));
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select left_by from trace")) {
      rows.next();
      return rows.getString(1);
    }
  }

  static void leave(RabbitServer server) throws Exception {
    try (var connection = factory(server).newConnection();
        var channel = connection.createChannel()) {
      channel.queueDeclare("trace", true, false, false, Map.of());
      channel.confirmSelect();
      channel.basicPublish(
          "", "trace", MessageProperties.PERSISTENT_TEXT_PLAIN, new byte[] {'u', 's'});
      channel.waitForConfirmsOrDie(10_000);
    }
    // What is confirmed is on disk, but a queue that was declared a moment ago may not be.
    server.control("eval", "mnesia:sync_log().");
  }

  static String read(RabbitServer server) throws Exception {
    try (var connection = factory(server).newConnection();
        var channel = connection.createChannel()) {
      return new String(channel.basicGet("trace", false).getBody());
    }
  }

  static void leave(RedisServer server) throws Exception {
    ask(server, "CONFIG SET appendfsync always");
    ask(server, "SET trace us");
  }

  static String read(RedisServer server) throws Exception {
    return ask(server, "GET trace");
  }

  private static ConnectionFactory factory(RabbitServer server) throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(server.uri());
    return factory;
  }

  private static String ask(RedisServer server, String command) throws Exception {
    var uri = URI.create(server.url());
    try (var socket = new Socket(uri.getHost(), uri.getPort())) {
      var secret = uri.getUserInfo().substring(1);
      var ask = "AUTH " + secret + "\r\n" + command + "\r\nQUIT\r\n";
      socket.getOutputStream().write(ask.getBytes());
      var lines = new String(socket.getInputStream().readAllBytes()).split("\r\n");
      return lines[1].startsWith("$") ? lines[2] : lines[1];
    }
  }
}
