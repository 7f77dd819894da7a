package dev.offstage.cli;

import dev.offstage.audit.Act;
import dev.offstage.destination.DestinationRule;
import dev.offstage.destination.DestinationState;
import dev.offstage.destination.DestinationStore;
import dev.offstage.job.DestinationName;
import dev.offstage.job.Rate;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code destination list|rules|set|unset|open|close}. */
@Command(
    name = "destination",
    description = "Where calls go outside: hosts, and push and mail providers.",
    subcommands = {
      DestinationCommand.Listing.class,
      DestinationCommand.Rules.class,
      DestinationCommand.SetRule.class,
      DestinationCommand.Unset.class,
      DestinationCommand.Open.class,
      DestinationCommand.Close.class
    })
final class DestinationCommand extends Group {
  /** One destination, named as {@code list} shows it. */
  abstract static class One extends Verb {
    @Parameters(paramLabel = "NAME", description = "Such as host:acme/api.example.com.")
    @SuppressWarnings("NullAway.Init")
    String name;

    final DestinationName destination() {
      return asked(() -> new DestinationName(name));
    }
  }

  @Command(
      name = "list",
      description = {
        "Lists the destinations where somebody is or waits, or that are not open, those first"
            + " where",
        "most wait; at most 200."
      })
  static final class Listing extends Verb {
    @Override
    public void run() {
      var table = new Table("DESTINATION", "STATE", "RUNNING", "AT ONCE", "WAITING", "REASON");
      for (var each : DestinationStore.over(db()).all(200)) {
        table.add(
            each.name(),
            state(each),
            each.held(),
            each.atOnce(),
            each.waiting(),
            each.reason() == null ? "-" : each.reason());
      }
      table.print(out(), "nobody is anywhere, and every destination is open");
    }

    private static String state(DestinationState each) {
      return each.paused()
          ? "held by an operator"
          : each.shut()
              ? "shut for " + each.shutFor().toSeconds() + "s"
              : each.probing() ? "being tried" : "open";
    }
  }

  @Command(
      name = "rules",
      description = "Lists the rules, the most exact first. A dash: the next that fits says.")
  static final class Rules extends Verb {
    @Override
    public void run() {
      var table =
          new Table("PATTERN", "AT ONCE", "TIME LIMIT", "QUOTA", "FAILURES", "SHUT FOR", "PROBES");
      for (var rule : DestinationStore.over(db()).rules()) {
        table.add(
            rule.pattern(),
            dash(rule.atOnce()),
            dash(brief(rule.timeLimit())),
            dash(rule.quota() == null ? null : quota(rule.quota())),
            dash(failures(rule)),
            dash(shut(rule)),
            dash(rule.probes()));
      }
      table.print(out(), "no rules");
    }

    private static @Nullable String failures(DestinationRule rule) {
      return rule.failureRate() == null && rule.sample() == null && rule.atLeast() == null
          ? null
          : "%s%% of %s, from %s"
              .formatted(dash(rule.failureRate()), dash(rule.sample()), dash(rule.atLeast()));
    }

    private static @Nullable String shut(DestinationRule rule) {
      return rule.shutFor() == null && rule.shutAtMost() == null
          ? null
          : dash(brief(rule.shutFor())) + " to " + dash(brief(rule.shutAtMost()));
    }

    private static String quota(Rate quota) {
      return quota.starts() + "/" + brief(quota.per());
    }

    private static @Nullable String brief(@Nullable Duration time) {
      return time == null ? null : time.toString().substring(2);
    }

    private static Object dash(@Nullable Object value) {
      return value == null ? "-" : value;
    }
  }

  @Command(
      name = "set",
      description = {
        "Makes a rule for the destinations whose names a pattern fits, in the place of the",
        "operators' rule of that pattern. Workers heed it within seconds."
      })
  static final class SetRule extends Verb {
    @Parameters(
        paramLabel = "PATTERN",
        description = "A name in which * stands for any characters, such as 'host:acme/*'.")
    @SuppressWarnings("NullAway.Init")
    String pattern;

    @Option(names = "--at-once", paramLabel = "CALLS", description = "Over the whole cluster.")
    @Nullable Integer atOnce;

    @Option(
        names = "--time-limit",
        paramLabel = "TIME",
        converter = TimeConverter.class,
        description = "Of one call, such as 15s.")
    @Nullable Duration timeLimit;

    @Option(
        names = "--quota",
        paramLabel = "CALLS/TIME",
        converter = LimitCommand.RateConverter.class,
        description = "Over the whole cluster, such as 600000/m.")
    @Nullable Rate quota;

    @Option(
        names = "--failure-rate",
        paramLabel = "PERCENT",
        description = "Of the latest calls, from which on it is shut.")
    @Nullable Integer failureRate;

    @Option(names = "--sample", paramLabel = "CALLS", description = "How many are the latest.")
    @Nullable Integer sample;

    @Option(
        names = "--at-least",
        paramLabel = "CALLS",
        description = "Before so many, nothing is concluded.")
    @Nullable Integer atLeast;

    @Option(
        names = "--shut-for",
        paramLabel = "TIME",
        converter = TimeConverter.class,
        description = "At first; doubled each time in a row.")
    @Nullable Duration shutFor;

    @Option(
        names = "--shut-at-most",
        paramLabel = "TIME",
        converter = TimeConverter.class,
        description = "The longest at once.")
    @Nullable Duration shutAtMost;

    @Option(
        names = "--probes",
        paramLabel = "CALLS",
        description = "At once, to try whether it is well again.")
    @Nullable Integer probes;

    @Override
    public void run() {
      var rule =
          asked(
              () ->
                  new DestinationRule(
                      pattern,
                      atOnce,
                      timeLimit,
                      quota,
                      failureRate,
                      sample,
                      atLeast,
                      shutFor,
                      shutAtMost,
                      probes));
      if (rule.equals(DestinationRule.of(pattern))) {
        throw new ParameterException(spec.commandLine(), "set what? (expected: an option)");
      }
      var db = db();
      audited(
          db,
          Act.of("destination-rule.set", pattern).with("rule", rule.toString()),
          () -> Map.of("called", DestinationStore.over(db).set(rule).size()));
      out().println("set");
    }
  }

  @Command(name = "unset", description = "Takes an operators' rule away.")
  static final class Unset extends Verb {
    @Parameters(paramLabel = "PATTERN", description = "As rules shows it.")
    @SuppressWarnings("NullAway.Init")
    String pattern;

    @Override
    public void run() {
      var db = db();
      audited(
          db,
          Act.of("destination-rule.unset", pattern),
          () -> {
            if (DestinationStore.over(db).unset(pattern).isEmpty()) {
              throw new ParameterException(
                  spec.commandLine(), "there is no operators' rule of that pattern: " + pattern);
            }
          });
      out().println("unset");
    }
  }

  @Command(
      name = "open",
      description = {
        "Opens the circuit: nothing is sent there any more, until close.",
        "What comes waits, and is kept."
      })
  static final class Open extends One {
    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        defaultValue = "held by an operator",
        description = "For people; shown on the jobs that wait.")
    @SuppressWarnings("NullAway.Init")
    String reason;

    @Override
    public void run() {
      var db = db();
      var given = destination();
      audited(
          db,
          Act.of("destination.pause", given.text()).with("reason", reason),
          () -> DestinationStore.over(db).pause(given, reason));
      out().println("opened: nothing is sent to " + name);
    }
  }

  @Command(
      name = "close",
      description = {
        "Closes the circuit, whoever opened it: what waits is sent, as many at once as may be."
      })
  static final class Close extends One {
    @Override
    public void run() {
      var db = db();
      var given = destination();
      audited(
          db,
          Act.of("destination.resume", given.text()),
          () -> Map.of("called", DestinationStore.over(db).resume(given).size()));
      out().println("closed: calls to " + name + " go through");
    }
  }
}
