package dev.offstage.cli;

import dev.offstage.job.Rate;
import dev.offstage.store.GateStore;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** {@code limit}. */
@Command(
    name = "limit",
    description = {
      "Limits how many jobs of a pool, a kind, a tenant or a concurrency key run at once, or start",
      "in a time, over the whole cluster. A limit that is not given is lifted. What runs already"
          + " is",
      "not counted."
    })
final class LimitCommand extends Verb {
  @Mixin
  @SuppressWarnings("NullAway.Init")
  Ruled ruled;

  @Option(names = "--at-once", paramLabel = "JOBS", description = "1 or more.")
  @Nullable Integer atOnce;

  @Option(
      names = "--rate",
      paramLabel = "STARTS/TIME",
      converter = RateConverter.class,
      description = "Such as 10/s, 600/m or 5000/h; 1/10s for one each ten seconds.")
  @Nullable Rate rate;

  @Override
  public void run() {
    if (atOnce != null && atOnce < 1) {
      throw new ParameterException(
          spec.commandLine(), "--at-once " + atOnce + " (expected: 1 or more)");
    }
    var db = db();
    audited(
        db,
        ruled
            .act("rule.limit")
            .with("atOnce", atOnce)
            .with("starts", rate == null ? null : rate.starts())
            .with("per", rate == null ? null : rate.per().toString()),
        () ->
            Map.of(
                "called", GateStore.over(db).limit(ruled.scope, ruled.name, atOnce, rate).size()));
    out().println(atOnce == null && rate == null ? "no limit" : "limited");
  }

  static final class RateConverter implements ITypeConverter<Rate> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,7})/(\\d{0,5})([smh])");

    @Override
    public Rate convert(String text) {
      var matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException(text + " (expected: such as 10/s, 600/m or 1/10s)");
      }
      long count = matcher.group(2).isEmpty() ? 1 : Long.parseLong(matcher.group(2));
      var per =
          switch (matcher.group(3)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
          };
      try {
        return new Rate(Integer.parseInt(matcher.group(1)), per);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
