package dev.offstage.audit;

/**
 * Who acts.
 *
 * @param name an operator's, or {@code cli:<user of the system>}
 * @param via page, token, cli or dashboard
 */
public record Actor(String name, String via) {}
