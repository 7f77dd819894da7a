package dev.offstage.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.offstage.job.JobId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TicketTests {
  private static final JobId ID = JobId.of("019aa000-0000-7000-8000-000000000001");

  @Test
  void travelsAsItIs() {
    var tickets =
        List.of(
            new Ticket(ID, 0, null),
            new Ticket(ID, 7, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    assertThat(Ticket.decode(Ticket.encode(tickets))).isEqualTo(tickets);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "hello",
        "019aa000-0000-7000-8000-000000000001 x -",
        "019aa000-0000-7000-8000-000000000001 99999999999 -",
        "019aa000-0000-7000-8000-00000000000g 0 -",
        "0-0-0-0-0000000000000000000000000001 0 -",
        "019aa000-0000-7000-8000-000000000001 0 - extra"
      })
  void whatIsNoTicketIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ticket.decode(text.getBytes(StandardCharsets.UTF_8)));
  }
}
