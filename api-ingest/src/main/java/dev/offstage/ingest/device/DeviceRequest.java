package dev.offstage.ingest.device;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The description of what {@link DeviceReader} reads of a registration. */
@Schema(name = "NewDevice")
record DeviceRequest(
    @Schema(description = "Whose it is; from the token if it is an end user's", maxLength = 128)
        @Nullable String owner,
    @Schema(allowableValues = {"ios", "android", "web"}) String platform,
    @Schema(
            description = "apns for ios and fcm for the others, by default",
            allowableValues = {"apns", "fcm"})
        @Nullable String provider,
    @Schema(description = "The bundle or application id", example = "com.example.app") String app,
    @Schema(description = "Whether a development build's, with apns", defaultValue = "false")
        @Nullable Boolean sandbox,
    @Schema(description = "As the provider gave it to the app") String token,
    @Schema(maxLength = 64) @Nullable String appVersion,
    @Schema(example = "pt-BR") @Nullable String locale,
    @Schema(example = "America/Sao_Paulo") @Nullable String timeZone,
    @Schema(description = "All that it follows; left out, nothing changes")
        @Nullable List<String> topics) {

  @Schema(name = "DeviceChange", description = "What has changed; the rest stays")
  record Change(
      @Nullable String token,
      @Nullable String appVersion,
      @Nullable String locale,
      @Nullable String timeZone,
      @Nullable List<String> topics) {}
}
