package dev.offstage.queue;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message that no worker could read.
 *
 * @param queue where it was read
 * @param reason why it could not be
 * @param headers as text
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record ParkedMessage(
    String queue,
    String reason,
    @Nullable String contentType,
    Map<String, String> headers,
    byte[] body) {}
