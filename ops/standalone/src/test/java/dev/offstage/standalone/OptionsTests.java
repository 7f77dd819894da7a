package dev.offstage.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTests {
  @TempDir Path directory;

  @Test
  void nothingSaidMeansTheSampleAndTheUsualPorts() {
    var options = parse();
    assertThat(options.demo()).isTrue();
    assertThat(options.files()).isEmpty();
    assertThat(options.data()).isEqualTo(directory.resolve(".offstage"));
    assertThat(options.readyFile()).isNull();
    assertThat(options.listen()).isEqualTo("127.0.0.1");
    assertThat(options.port(Options.Port.API)).isEqualTo(8080);
  }

  @Test
  void valuesComeAfterASpaceOrAnEqualsSign() {
    var options = parse("--data", "/tmp/elsewhere", "--api-port=9000", "--redis-port", "9001");
    assertThat(options.data()).isEqualTo(Path.of("/tmp/elsewhere"));
    assertThat(options.port(Options.Port.API)).isEqualTo(9000);
    assertThat(options.port(Options.Port.REDIS)).isEqualTo(9001);
  }

  @Test
  void portZeroIsAnyFreeOneAndStaysTheSame() {
    var options = parse("--api-port", "0");
    assertThat(options.port(Options.Port.API)).isPositive();
    assertThat(options.port(Options.Port.API)).isEqualTo(options.port(Options.Port.API));
  }

  @Test
  void whatIsNoOptionIsAFileToSend() throws Exception {
    var photo = Files.writeString(directory.resolve("--photo.jpg"), "x");
    assertThat(parse(photo.toString()).files()).containsExactly(photo);
    assertThat(parse("--", photo.toString()).files()).containsExactly(photo);
  }

  @ParameterizedTest
  @CsvSource({
    "--nodemo,unknown option --nodemo",
    "--data,--data needs a value",
    "--data=,--data needs a value",
    "--api-port=x,'--api-port: x (expected: a port, or 0 for any free one)'",
    "--api-port=65536,'--api-port: 65536 (expected: a port, or 0 for any free one)'",
    "--api-port=-1,'--api-port: -1 (expected: a port, or 0 for any free one)'",
    "/no/such.jpg,'/no/such.jpg: no such file, or not readable'"
  })
  void whatCannotBeFollowedIsSaid(String argument, String message) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> parse(argument))
        .withMessage(message);
  }

  @Test
  void filesWithoutADemoContradictEachOther() throws Exception {
    var photo = Files.writeString(directory.resolve("photo.jpg"), "x").toString();
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> parse("--no-demo", photo))
        .withMessageContaining("photo.jpg");
  }

  private Options parse(String... arguments) {
    return Options.parse(arguments, directory.resolve(".offstage"));
  }
}
