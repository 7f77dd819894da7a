package dev.offstage.worker.integration.email;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Addresses as payloads have them. */
final class Addresses {
  private static final int MAX = 320;
  private static final String EXPECTED =
      " (expected: one address such as ana@example.com or Ana <ana@example.com>)";

  private Addresses() {}

  /**
   * @throws IllegalArgumentException unless it is exactly one address
   */
  static InternetAddress of(String text) {
    if (text.length() > MAX || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("address: " + text.length() + " characters" + EXPECTED);
    }
    try {
      var all = InternetAddress.parse(text, true);
      if (all.length == 1 && !all[0].isGroup() && isMailbox(all[0].getAddress())) {
        all[0].setPersonal(all[0].getPersonal(), StandardCharsets.UTF_8.name());
        return all[0];
      }
    } catch (AddressException | UnsupportedEncodingException e) {
      throw new IllegalArgumentException("address: " + text + EXPECTED, e);
    }
    throw new IllegalArgumentException("address: " + text + EXPECTED);
  }

  private static boolean isMailbox(String address) {
    int at = address.lastIndexOf('@');
    return at > 0 && address.substring(at + 1).matches("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*");
  }

  static InternetAddress[] of(List<String> texts) {
    return texts.stream().map(Addresses::of).toArray(InternetAddress[]::new);
  }

  static String domain(InternetAddress address) {
    var text = address.getAddress();
    return text.substring(text.lastIndexOf('@') + 1);
  }
}
