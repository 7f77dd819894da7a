package dev.offstage.worker.integration.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The payload of {@code http.call}.
 *
 * @param url whom to call; either this or {@code target}
 * @param target the name of a configured one, whose URL, headers and secret are used
 * @param path appended to the target's URL
 * @param method POST where it is missing
 * @param headers beside those of the target
 * @param body JSON to send
 * @param text to send in its stead, as it is
 * @param timeLimit of the call, such as 30s; 30 s where it is missing
 * @param answerWithin how long the endpoint may take that answers 202 and the token that it was
 *     sent, such as 1h; without it, 202 is a success like any other
 */
record HttpCall(
    @Nullable String url,
    @Nullable String target,
    @Nullable String path,
    @Nullable String method,
    @Nullable Map<String, String> headers,
    @Nullable JsonNode body,
    @Nullable String text,
    @Nullable String timeLimit,
    @Nullable String answerWithin) {}
