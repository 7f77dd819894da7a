package dev.offstage.ingest.upload;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A fixed number of buffers for all uploads of this process: a request has one only while it moves
 * bytes, never while it waits for its client, so that memory does not grow with the number of
 * uploads.
 */
final class Buffers {
  private static final int COUNT = 64;
  private static final int SIZE = 128 * 1024;

  private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(COUNT);

  Buffers() {
    for (int i = 0; i < COUNT; i++) {
      free.add(ByteBuffer.allocateDirect(SIZE));
    }
  }

  ByteBuffer take() throws InterruptedException {
    return free.take().clear();
  }

  void giveBack(ByteBuffer buffer) {
    free.add(buffer);
  }
}
