package dev.offstage.ingest.asset;

import dev.offstage.ingest.asset.SignedUrls.Verdict;
import dev.offstage.problem.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The bytes of assets, for whoever has a signed URL. */
@RestController
@Tag(name = "Bytes")
class BytesController {
  private static final ProblemType FORGED =
      ProblemType.of(403, "invalid-signature", "Invalid signature");
  private static final ProblemType EXPIRED = ProblemType.of(403, "url-expired", "URL expired");

  private final AssetStore assets;
  private final SignedUrls signed;
  private final Download download;

  BytesController(AssetStore assets, SignedUrls signed, Download download) {
    this.assets = assets;
    this.signed = signed;
    this.download = download;
  }

  @Operation(
      operationId = "downloadVariant",
      summary = "Downloads a variant",
      description = "Takes Range, If-Range and If-None-Match.")
  @ApiResponse(
      responseCode = "200",
      description = "All of it",
      content = @Content(mediaType = "image/*"))
  @ApiResponse(
      responseCode = "206",
      description = "The range",
      content = @Content(mediaType = "image/*"))
  @ApiResponse(responseCode = "304", description = "Unchanged", content = @Content)
  @GetMapping("/v1/assets/{id}/variants/{name}.{format}")
  void variant(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      @PathVariable String name,
      @PathVariable String format,
      @RequestParam(required = false) @Nullable String expires,
      @RequestParam(required = false) @Nullable String signature,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    var asset = AssetIds.of(id);
    var left = check(AssetUrls.variantPath(asset, name, format), expires, signature);
    var bytes = assets.variantBytes(asset, name, format).orElseThrow(AssetIds::missing);
    download.send(bytes, left, request, response);
  }

  @Operation(
      operationId = "downloadOriginal",
      summary = "Downloads the original",
      description = "Takes Range, If-Range and If-None-Match.")
  @ApiResponse(
      responseCode = "200",
      description = "All of it",
      content = @Content(mediaType = "*/*"))
  @ApiResponse(
      responseCode = "206",
      description = "The range",
      content = @Content(mediaType = "*/*"))
  @ApiResponse(responseCode = "304", description = "Unchanged", content = @Content)
  @GetMapping("/v1/assets/{id}/original")
  void original(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      @RequestParam(required = false) @Nullable String expires,
      @RequestParam(required = false) @Nullable String signature,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    var asset = AssetIds.of(id);
    var left = check(AssetUrls.originalPath(asset), expires, signature);
    var bytes = assets.originalBytes(asset).orElseThrow(AssetIds::missing);
    download.send(bytes, left, request, response);
  }

  private Duration check(String path, @Nullable String expires, @Nullable String signature) {
    return switch (signed.verify(path, expires, signature)) {
      case Verdict.Good good -> good.left();
      case Verdict.Expired() ->
          throw EXPIRED.because("This URL has expired; read the asset again for a new one.");
      case Verdict.Forged() ->
          throw FORGED.because(
              "This URL is not signed as it should be; read the asset for its URLs.");
    };
  }
}
