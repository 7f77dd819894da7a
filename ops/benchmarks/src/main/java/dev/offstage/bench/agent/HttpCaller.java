package dev.offstage.bench.agent;

import dev.offstage.bench.http.HttpConnection;
import dev.offstage.bench.http.JobBodies;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Callers who enqueue over the ingest API, each with a connection of its own. */
public final class HttpCaller {
  private static final int CHUNK = 10_000;

  private record Client(int port, String key, Queue<HttpConnection> idle) implements Enqueuer {
    @Override
    public void enqueue(String payload) throws IOException {
      post("/v1/jobs", "application/json", JobBodies.one(payload)).mustBe(202);
    }

    @Override
    public void enqueueAll(List<String> payloads) throws IOException {
      var answer = post("/v1/jobs:batch", "application/x-ndjson", JobBodies.lines(payloads));
      JobBodies.requireAllAccepted(answer.mustBe(200), payloads.size());
    }

    @Override
    public void enqueueLater(String payload) throws IOException {
      post("/v1/jobs", "application/json", JobBodies.later(payload)).mustBe(202);
    }

    private HttpConnection.Answer post(String path, String type, byte[] body) throws IOException {
      var taken = idle.poll();
      var connection = taken == null ? new HttpConnection(port, key) : taken;
      var answer = connection.post(path, type, body);
      idle.add(connection);
      return answer;
    }
  }

  private HttpCaller() {}

  /**
   * @param words the port, and an API key
   */
  public static void main(String[] words) throws IOException {
    var client = new Client(Integer.parseInt(words[0]), words[1], new ConcurrentLinkedQueue<>());
    new Load(client, CHUNK).addTo(new Agent()).serve();
  }
}
