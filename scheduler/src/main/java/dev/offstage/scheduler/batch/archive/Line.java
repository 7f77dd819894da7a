package dev.offstage.scheduler.batch.archive;

/**
 * A line of a section.
 *
 * @param position reading goes on behind it; says nothing of the person
 * @param json without a line break
 */
record Line(String position, String json) {}
