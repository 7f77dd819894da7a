package dev.offstage.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTests {
  private static final String OLD = "old:" + "A".repeat(43) + "=";
  private static final String NEW = "new:" + "B".repeat(42) + "A=";
  private static final SecretPlace PLACE = new SecretPlace("acme", "webhook.secret", "17");

  private static Secrets with(String... keys) {
    return Secrets.of(new SecretProperties(List.of(keys), null));
  }

  @Test
  void whatWasSealedOpensAgainInItsPlace() {
    var sealed = with(OLD).seal(PLACE, Secret.of("whsec_ß"));

    assertThat(sealed).startsWith("1.old.").doesNotContain("whsec");
    assertThat(with(OLD).open(PLACE, sealed).text()).isEqualTo("whsec_ß");
  }

  @Test
  void itOpensInNoOtherPlace() {
    var sealed = with(OLD).seal(PLACE, Secret.of("s3cret"));

    for (var other :
        List.of(
            new SecretPlace("globex", "webhook.secret", "17"),
            new SecretPlace("acme", "push.credential", "17"),
            new SecretPlace("acme", "webhook.secret", "18"),
            new SecretPlace("acme", "webhook.secret1", "7"))) {
      assertThatThrownBy(() -> with(OLD).open(other, sealed))
          .isInstanceOf(SecretUnreadableException.class)
          .hasMessageNotContaining("s3cret");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plain text", "1.old.", "1.old.AAAA", "2.old.AAAA", "1.old.!!"})
  void whatIsNoSealedTextDoesNotOpen(String text) {
    assertThatThrownBy(() -> with(OLD).open(PLACE, text))
        .isInstanceOf(SecretUnreadableException.class);
  }

  @Test
  void aChangedCharacterIsNoticed() {
    var sealed = with(OLD).seal(PLACE, Secret.of("s3cret"));
    int at = sealed.length() - 3;
    var changed =
        sealed.substring(0, at) + (sealed.charAt(at) == 'A' ? 'B' : 'A') + sealed.substring(at + 1);

    assertThatThrownBy(() -> with(OLD).open(PLACE, changed))
        .isInstanceOf(SecretUnreadableException.class);
  }

  @Test
  void theSameSecretIsSealedOtherwiseEachTime() {
    var secrets = with(OLD);
    assertThat(secrets.seal(PLACE, Secret.of("a")))
        .isNotEqualTo(secrets.seal(PLACE, Secret.of("a")));
  }

  @Test
  void theFirstKeySealsAndAllOpen() {
    var before = with(OLD).seal(PLACE, Secret.of("a"));
    var both = with(NEW, OLD);

    assertThat(both.open(PLACE, before).text()).isEqualTo("a");
    assertThat(both.seal(PLACE, Secret.of("a"))).startsWith("1.new.");
    assertThatThrownBy(() -> with(NEW).open(PLACE, before))
        .isInstanceOf(SecretUnreadableException.class)
        .hasMessageContaining("the key old");
  }

  @Test
  void aKeyThatComesToTheFileLaterIsFound(@TempDir Path directory) throws IOException {
    var file = Files.writeString(directory.resolve("keys"), "# ours\n" + OLD + "\n");
    var running = Secrets.of(new SecretProperties(null, file));
    var byAnother = with(NEW, OLD).seal(PLACE, Secret.of("a"));

    Files.writeString(file, NEW + "\n" + OLD + "\n");

    assertThat(running.open(PLACE, byAnother).text()).isEqualTo("a");
    assertThat(running.seal(PLACE, Secret.of("a"))).startsWith("1.new.");
  }

  @Test
  void withoutAKeyItRefusesAndSaysWhatIsMissing() {
    assertThat(with().lacks())
        .hasValueSatisfying(why -> assertThat(why).contains("offstage.secrets"));
    assertThat(with(OLD).lacks()).isEmpty();
    assertThatThrownBy(() -> with().seal(PLACE, Secret.of("a")))
        .isInstanceOf(SecretsUnavailableException.class);
    assertThatThrownBy(() -> with().open(PLACE, "1.old.AAAA"))
        .isInstanceOf(SecretsUnavailableException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nothing", "a:short", "a b:AAAA", ":AAAA"})
  void aKeyThatIsNoneIsRefusedWithoutShowingIt(String key) {
    assertThatThrownBy(() -> with(key + "hush"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: an id")
        .hasMessageNotContaining("hush");
    assertThatThrownBy(() -> with(OLD, OLD)).hasMessageContaining("twice");
  }

  @Test
  void neitherASecretNorAKeyShowsItself() {
    record Holder(Secret secret) {}
    assertThat(new Holder(Secret.of("hush")).toString()).doesNotContain("hush");
    assertThat(new SecretProperties(List.of(OLD), null).toString()).doesNotContain("AAAA");
    assertThat(SecretKey.of(OLD, "test").toString()).isEqualTo("key old");
  }

  /** So that a key can be put in front while everything runs. */
  @Test
  void aFileThatHasChangedSaysWhichKeySeals(@TempDir Path directory) throws IOException {
    var file = Files.writeString(directory.resolve("keys"), OLD + "\n" + NEW + "\n");
    var secrets = Secrets.of(new SecretProperties(null, file));
    assertThat(secrets.seal(PLACE, Secret.of("a"))).startsWith("1.old.");

    Files.writeString(file, NEW + "\n" + OLD + "\n");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));

    assertThat(secrets.seal(PLACE, Secret.of("a"))).startsWith("1.new.");
    Files.delete(file);
    assertThat(secrets.seal(PLACE, Secret.of("a"))).as("goes on").startsWith("1.new.");
  }
}
