package dev.offstage.standalone.demo;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One file, sent by the tus protocol, and taken up again where a connection broke. */
final class Upload {
  private static final int TRIES = 5;

  private final Api api;
  private final Path file;
  private final long length;
  private final Bar bar;
  private long sent;

  Upload(Api api, Path file, Screen screen) throws IOException {
    this.api = api;
    this.file = file;
    this.length = Files.size(file);
    this.bar = new Bar(screen, "upload");
  }

  /** What the upload became: an asset, and the job that works on it, if there is one. */
  record Finished(String asset, Optional<String> job) {}

  Finished run() throws IOException, InterruptedException {
    long from = System.nanoTime();
    try {
      var finished = send(create());
      double seconds = Math.max(1e-3, (System.nanoTime() - from) / 1e9);
      bar.end(1, "%s, %s/s".formatted(Text.bytes(length), Text.bytes((long) (length / seconds))));
      return finished;
    } catch (IOException e) {
      bar.end(done(), "failed");
      throw e;
    }
  }

  private record Created(URI location, HttpHeaders headers) {}

  private Created create() throws IOException, InterruptedException {
    var name = file.getFileName().toString().getBytes(StandardCharsets.UTF_8);
    var request =
        tus(api.resolve("/files"))
            .header("Upload-Length", Long.toString(length))
            .header("Upload-Metadata", "filename " + Base64.getEncoder().encodeToString(name))
            .POST(BodyPublishers.noBody())
            .build();
    var response = api.send(request, BodyHandlers.ofString());
    api.expect(response, 201);
    var location =
        response
            .headers()
            .firstValue("Location")
            .orElseThrow(() -> new IOException("the upload was created without a Location"));
    return new Created(api.resolve(location), response.headers());
  }

  private Finished send(Created created) throws IOException, InterruptedException {
    if (length == 0) {
      return finished(created.headers());
    }
    for (int tries = 1; ; tries++) {
      try {
        return finished(patch(created.location(), offset(created.location())));
      } catch (RefusedException e) {
        boolean passing = e.status() >= 500 || e.status() == 409 || e.status() == 423;
        if (!passing || tries == TRIES) {
          throw e;
        }
      } catch (IOException e) {
        if (tries == TRIES) {
          throw e;
        }
      }
      pause(tries);
    }
  }

  private static void pause(int tries) throws InterruptedException {
    // Nobody counts it down: it is only a wait.
    boolean unused = new CountDownLatch(1).await(tries * 500L, TimeUnit.MILLISECONDS);
  }

  private long offset(URI location) throws IOException, InterruptedException {
    var request = tus(location).method("HEAD", BodyPublishers.noBody()).build();
    var response = api.send(request, BodyHandlers.ofString());
    api.expect(response, 200);
    return response
        .headers()
        .firstValueAsLong("Upload-Offset")
        .orElseThrow(() -> new IOException("the upload has no Upload-Offset"));
  }

  private HttpHeaders patch(URI location, long offset) throws IOException, InterruptedException {
    if (offset == length) {
      // The last answer was lost, not the bytes.
      var request = tus(location).method("HEAD", BodyPublishers.noBody()).build();
      return api.send(request, BodyHandlers.discarding()).headers();
    }
    sent = offset;
    var request =
        tus(location)
            .header("Upload-Offset", Long.toString(offset))
            .header("Content-Type", "application/offset+octet-stream")
            .method("PATCH", rest(offset))
            .build();
    var response = api.send(request, BodyHandlers.ofString());
    api.expect(response, 204);
    return response.headers();
  }

  private static Finished finished(HttpHeaders headers) throws IOException {
    var asset =
        headers
            .firstValue("Offstage-Asset")
            .orElseThrow(() -> new IOException("the finished upload names no asset"));
    return new Finished(asset, headers.firstValue("Offstage-Job"));
  }

  private HttpRequest.Builder tus(URI uri) {
    return api.request(uri).header("Tus-Resumable", "1.0.0");
  }

  private BodyPublisher rest(long offset) {
    var stream = BodyPublishers.ofInputStream(() -> open(offset));
    return BodyPublishers.fromPublisher(stream, length - offset);
  }

  private InputStream open(long offset) {
    try {
      var in = Files.newInputStream(file);
      in.skipNBytes(offset);
      return new Counted(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private double done() {
    return length == 0 ? 1 : (double) sent / length;
  }

  /** Moves the bar as the bytes go out. */
  private final class Counted extends FilterInputStream {
    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] buffer, int from, int most) throws IOException {
      int read = super.read(buffer, from, most);
      if (read > 0) {
        sent += read;
        bar.show(done(), Text.bytes(sent) + " of " + Text.bytes(length));
      }
      return read;
    }
  }
}
