package dev.offstage.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bad network: passes TCP on to the target and breaks the connection, on both sides and without a
 * good-bye, once so many bytes have gone up it. Connections that send less are left in peace.
 */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket socket;
  private final int target;
  private final long cutAfter;
  private final AtomicInteger cutsLeft;
  private final AtomicInteger cuts = new AtomicInteger();

  /**
   * @param cutAfter bytes on one connection
   * @param cuts how many connections are cut before the network gets well
   */
  CuttingProxy(int target, long cutAfter, int cuts) {
    this.target = target;
    this.cutAfter = cutAfter;
    this.cutsLeft = new AtomicInteger(cuts);
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /** How often it has cut. */
  int cuts() {
    return cuts.get();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        var client = socket.accept();
        var server = new Socket(InetAddress.getLoopbackAddress(), target);
        Thread.ofVirtual().start(() -> pass(client, server, true));
        Thread.ofVirtual().start(() -> pass(server, client, false));
      } catch (IOException e) {
        // Closed, or the target is away: the client sees its connection end, as over a network.
        continue;
      }
    }
  }

  private void pass(Socket from, Socket to, boolean up) {
    var passed = new AtomicLong();
    try (from;
        to) {
      var in = from.getInputStream();
      var out = to.getOutputStream();
      var buffer = new byte[16 * 1024];
      for (int read; (read = in.read(buffer)) > 0; ) {
        out.write(buffer, 0, read);
        out.flush();
        if (up && passed.addAndGet(read) > cutAfter && cutsLeft.getAndDecrement() > 0) {
          cuts.incrementAndGet();
          from.setSoLinger(true, 0);
          to.setSoLinger(true, 0);
          return;
        }
      }
    } catch (IOException e) {
      // One side is gone; closing tells the other.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
