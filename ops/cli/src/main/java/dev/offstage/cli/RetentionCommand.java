package dev.offstage.cli;

import dev.offstage.audit.Act;
import dev.offstage.retention.RetentionKind;
import dev.offstage.retention.RetentionRules;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code retention set|unset|list}. */
@Command(
    name = "retention",
    description = {
      "How long a tenant's things are kept, where that is not as the configuration says for all.",
      "The batch `retention` deletes what has passed its time."
    },
    subcommands = {
      RetentionCommand.Set.class,
      RetentionCommand.Unset.class,
      RetentionCommand.Listing.class
    })
final class RetentionCommand extends Group {

  @Command(name = "set", description = "Sets for how long something of a tenant is kept.")
  static final class Set extends Verb {
    @Parameters(index = "0", paramLabel = "TENANT", description = "Whose.")
    @SuppressWarnings("NullAway.Init")
    String tenant;

    @Parameters(
        index = "1",
        paramLabel = "KIND",
        description = "jobs, events, rejects, assets or files.")
    @SuppressWarnings("NullAway.Init")
    RetentionKind kind;

    @Parameters(
        index = "2",
        paramLabel = "TIME",
        converter = DaysConverter.class,
        description = "Such as 36h, 14d or 400d; at least a day.")
    @SuppressWarnings("NullAway.Init")
    Duration keep;

    @Override
    public void run() {
      var db = db();
      audited(
          db,
          act("retention.set", tenant).with("kind", kind.text()).with("keep", keep.toString()),
          () ->
              asked(
                  () -> {
                    RetentionRules.over(db).set(new RetentionRules.Rule(tenant, kind, keep));
                    return Map.<String, Object>of();
                  }));
      out().println(kind.text() + " of " + tenant + " are kept for " + shown(keep));
    }
  }

  @Command(name = "unset", description = "Lets what the configuration says hold again.")
  static final class Unset extends Verb {
    @Parameters(index = "0", paramLabel = "TENANT", description = "Whose.")
    @SuppressWarnings("NullAway.Init")
    String tenant;

    @Parameters(
        index = "1",
        paramLabel = "KIND",
        description = "jobs, events, rejects, assets or files.")
    @SuppressWarnings("NullAway.Init")
    RetentionKind kind;

    @Override
    public void run() {
      var db = db();
      var was = new AtomicBoolean();
      audited(
          db,
          act("retention.unset", tenant).with("kind", kind.text()),
          () -> was.set(RetentionRules.over(db).remove(tenant, kind)));
      out().println(was.get() ? "as configured" : "there was no rule");
    }
  }

  @Command(name = "list", description = "Lists the rules.")
  static final class Listing extends Verb {
    @Override
    public void run() {
      var table = new Table("TENANT", "KIND", "KEPT FOR");
      for (var rule : RetentionRules.over(db()).all()) {
        table.add(rule.tenant(), rule.kind().text(), shown(rule.keep()));
      }
      table.print(out(), "all as configured");
    }
  }

  private static Act act(String action, String tenant) {
    return Act.of(action, "tenant:" + tenant).of(tenant);
  }

  private static String shown(Duration keep) {
    return keep.toHours() % 24 == 0 ? keep.toDays() + "d" : keep.toHours() + "h";
  }

  static final class DaysConverter implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,7})([hd])");

    @Override
    public Duration convert(String text) {
      var matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
      if (!matcher.matches()) {
        throw new TypeConversionException(text + " (expected: such as 36h or 14d)");
      }
      long count = Long.parseLong(matcher.group(1));
      return matcher.group(2).equals("h") ? Duration.ofHours(count) : Duration.ofDays(count);
    }
  }
}
