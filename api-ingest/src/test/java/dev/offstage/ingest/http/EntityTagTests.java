package dev.offstage.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EntityTagTests {
  private final EntityTag tag = new EntityTag("7");

  @Test
  void isNamedByItselfInAnyListAndByTheStar() {
    assertThat(tag.isNamedBy("\"7\"")).isTrue();
    assertThat(tag.isNamedBy("\"6\", W/\"7\"")).isTrue();
    assertThat(tag.isNamedBy(" * ")).isTrue();
  }

  @Test
  void isNotNamedByOthers() {
    assertThat(tag.isNamedBy(null)).isFalse();
    assertThat(tag.isNamedBy("7")).isFalse();
    assertThat(tag.isNamedBy("\"77\"")).isFalse();
    assertThat(tag.isNamedBy(",,")).isFalse();
  }
}
