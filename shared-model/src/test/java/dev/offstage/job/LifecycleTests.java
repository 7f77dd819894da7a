package dev.offstage.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The diagram in README.md is drawn from {@link JobState#canBecome}. */
class LifecycleTests {

  @Test
  void theDiagramInTheReadmeIsTheStateMachines() throws IOException {
    var readme = Files.readString(Path.of("..", "README.md"));
    assertThat(readme).as("README.md should hold:\n" + diagram()).contains(diagram());
  }

  private static String diagram() {
    var text = new StringBuilder("```mermaid\nstateDiagram-v2\n");
    text.append("  [*] --> scheduled: enqueued with a time ahead\n");
    text.append("  [*] --> available: enqueued\n");
    text.append("  [*] --> waiting: enqueued after others\n");
    for (var from : JobState.values()) {
      var next =
          Arrays.stream(JobState.values()).filter(from::canBecome).collect(Collectors.toList());
      next.forEach(to -> text.append("  %s --> %s\n".formatted(from.text(), to.text())));
    }
    text.append("  completed --> [*]\n");
    return text.append("```\n").toString();
  }
}
