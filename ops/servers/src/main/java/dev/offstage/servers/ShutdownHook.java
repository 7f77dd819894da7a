package dev.offstage.servers;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stops every server that still runs when this JVM shuts down, all at once. */
public final class ShutdownHook {
  private static final Set<Server> servers = ConcurrentHashMap.newKeySet();
  private static final List<Runnable> before = new CopyOnWriteArrayList<>();
  private static final List<Runnable> after = new CopyOnWriteArrayList<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(ShutdownHook::run, "servers-stop"));
  }

  private ShutdownHook() {}

  /** What uses the servers, and so must end before them. */
  public static void before(Runnable action) {
    before.add(action);
  }

  /** What is to happen when no server runs any more. */
  public static void after(Runnable action) {
    after.add(action);
  }

  static void register(Server server) {
    servers.add(server);
  }

  static void forget(Server server) {
    servers.remove(server);
  }

  private static void run() {
    before.forEach(ShutdownHook::quietly);
    var threads =
        List.copyOf(servers).stream()
            .map(server -> Thread.ofPlatform().start(() -> quietly(server::stop)))
            .toList();
    for (var thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    after.forEach(ShutdownHook::quietly);
  }

  /**
   * One that fails must not keep the others alive; there is nobody left to tell but the console.
   */
  private static void quietly(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      System.err.println("while stopping: " + e.getMessage());
    }
  }
}
