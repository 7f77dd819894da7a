package dev.offstage.standalone.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Sends files like an app would and shows what came of each. */
public final class Demo {
  private static final int PLACEHOLDER_COLUMNS = 32;

  private final Api api;
  private final Webhooks webhooks;
  private final Screen screen;

  /**
   * @param webhooks registered already
   */
  public Demo(Api api, Webhooks webhooks, Screen screen) {
    this.api = api;
    this.webhooks = webhooks;
    this.screen = screen;
  }

  /** Sends them one after the other. A file that fails does not keep the next from being sent. */
  public void run(List<Path> files) throws InterruptedException {
    for (var file : files) {
      screen.say("");
      screen.say("%s", Text.plain(file.getFileName().toString()));
      try {
        run(file);
      } catch (IOException e) {
        var message = e.getMessage();
        screen.say("  failed: %s", message == null ? e.toString() : Text.plain(message));
      }
    }
  }

  private void run(Path file) throws IOException, InterruptedException {
    var finished = new Upload(api, file, screen).run();
    if (finished.job().isPresent()) {
      var job = new JobWatch(api, screen).follow(finished.job().get());
      explain(job);
    } else {
      screen.say("  kept as it is: no handler knows this kind of file");
    }
    show(api.get("/v1/assets/" + finished.asset()));
    if (finished.job().isPresent()) {
      webhooks.show(finished.job().get(), finished.asset(), screen);
    }
  }

  private void explain(JsonNode job) {
    var error = job.path("error");
    if (error.isObject()) {
      screen.say(
          "  %s (%s)",
          Text.plain(error.path("message").asString("")),
          Text.plain(error.path("reason").asString("")));
    }
  }

  private void show(JsonNode asset) {
    screen.say(
        "  asset   %s  %s, %s%s",
        Text.plain(asset.path("id").asString("")),
        Text.plain(asset.path("mediaType").asString("")),
        Text.bytes(asset.path("byteSize").asLong(0)),
        size(asset));
    for (var variant : asset.path("variants")) {
      screen.say(
          "  %-7s %-5s %11s %9s  %s",
          Text.plain(variant.path("name").asString("")),
          Text.plain(variant.path("format").asString("")),
          variant.path("width").asInt() + " x " + variant.path("height").asInt(),
          Text.bytes(variant.path("byteSize").asLong()),
          api.resolve(variant.path("url").asString("")));
    }
    placeholder(asset);
  }

  private static String size(JsonNode asset) {
    return asset.path("width").isNumber()
        ? ", %d x %d".formatted(asset.path("width").asInt(), asset.path("height").asInt())
        : "";
  }

  /** What an app shows while the picture loads. */
  private void placeholder(JsonNode asset) {
    var hash = asset.path("blurhash").asString("");
    int width = asset.path("width").asInt(0);
    int height = asset.path("height").asInt(0);
    if (hash.isEmpty() || width <= 0 || height <= 0) {
      return;
    }
    screen.say("  placeholder %s", Text.plain(hash));
    if (screen.isTerminal()) {
      double shape = Math.clamp((double) height / width, 0.25, 1.5);
      int rows = (int) Math.max(2, Math.round(PLACEHOLDER_COLUMNS * shape));
      BlurHash.decode(hash)
          .ifPresent(
              picture ->
                  HalfBlocks.lines(picture, PLACEHOLDER_COLUMNS, rows + rows % 2)
                      .forEach(line -> screen.say("  %s", line)));
    }
  }
}
