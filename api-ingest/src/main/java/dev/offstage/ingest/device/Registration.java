package dev.offstage.ingest.device;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a device says of itself.
 *
 * @param app its bundle or application id
 * @param sandbox whether APNs' development environment made the token
 * @param locale a BCP 47 tag in its canonical form
 * @param timeZone of the tz database, or an offset
 * @param topics that it follows from now on; null to leave those that it follows
 */
record Registration(
    String owner,
    Platform platform,
    Provider provider,
    String app,
    boolean sandbox,
    String token,
    @Nullable String appVersion,
    @Nullable String locale,
    @Nullable String timeZone,
    @Nullable List<String> topics) {}
