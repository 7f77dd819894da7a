package dev.offstage.ingest.track.read;

/**
 * What is wrong with one event.
 *
 * @param reason stable and machine-readable
 * @param detail what was wrong and what was expected, for people
 */
public record Flaw(String reason, String detail) {}
