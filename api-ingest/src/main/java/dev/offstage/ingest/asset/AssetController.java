package dev.offstage.ingest.asset;

import dev.offstage.client.JobClient;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.job.JobView;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import dev.offstage.problem.ProblemType;
import dev.offstage.store.JobStore;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

@RestController
@Tag(name = "Assets")
class AssetController {
  private static final JobKind IMAGE = new JobKind("media.image");
  private static final ProblemType NOT_AN_IMAGE =
      ProblemType.of(422, "not-an-image", "Not an image");

  private final AssetStore assets;
  private final AssetRemoval removal;
  private final AssetUrls urls;
  private final JobClient client;
  private final JobStore jobs;
  private final JsonMapper json;

  AssetController(
      AssetStore assets,
      AssetRemoval removal,
      AssetUrls urls,
      JobClient client,
      JobStore jobs,
      JsonMapper json) {
    this.assets = assets;
    this.removal = removal;
    this.urls = urls;
    this.client = client;
    this.jobs = jobs;
    this.json = json;
  }

  @Operation(
      operationId = "readAsset",
      summary = "Reads an asset, with URLs of its variants that expire")
  @GetMapping(path = "/v1/assets/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<AssetView> read(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    var asset = find(id, caller);
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noCache().cachePrivate())
        .body(AssetView.of(asset, assets.variants(asset.id()), urls));
  }

  @Operation(
      operationId = "deleteAsset",
      summary = "Deletes an asset, its variants and their bytes")
  @ApiResponse(responseCode = "204", description = "Gone")
  @DeleteMapping("/v1/assets/{id}")
  ResponseEntity<Void> delete(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    var assetId = AssetIds.of(id);
    if (!assets.delete(assetId, caller.tenant(), caller.owner())) {
      throw AssetIds.missing();
    }
    removal.removeSoon(assetId);
    return ResponseEntity.noContent().build();
  }

  @Operation(
      operationId = "makeVariant",
      summary = "Makes one more variant of an image, unless it is there")
  @ApiResponse(
      responseCode = "200",
      description = "It is there",
      content = @Content(schema = @Schema(implementation = AssetView.VariantView.class)))
  @ApiResponse(
      responseCode = "202",
      description = "The job that makes it; follow it at Location",
      content = @Content(schema = @Schema(implementation = JobView.class)))
  @PostMapping(
      path = "/v1/assets/{id}/variants",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Object> makeVariant(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      @Valid @RequestBody VariantWish wish,
      Caller caller) {
    var asset = find(id, caller);
    if (!asset.mediaType().startsWith("image/")) {
      throw NOT_AN_IMAGE.because(
          "Variants are made of images; this asset is %s.".formatted(asset.mediaType()));
    }
    var there = assets.variants(asset.id()).stream().filter(wish::isFor).findFirst();
    return there.isPresent()
        ? ResponseEntity.ok(AssetView.variant(asset, there.get(), urls))
        : accepted(enqueue(asset, wish));
  }

  private JobView enqueue(Asset asset, VariantWish wish) {
    var payload = json.writeValueAsString(Map.of("asset", asset.id(), "variants", List.of(wish)));
    var id = client.enqueue(NewJob.of(asset.tenant(), asset.owner(), IMAGE, payload));
    return jobs.find(id, asset.tenant(), asset.owner()).map(JobView::of).orElseThrow();
  }

  private static ResponseEntity<Object> accepted(JobView job) {
    return ResponseEntity.accepted().location(URI.create("/v1/jobs/" + job.id())).body(job);
  }

  private Asset find(String id, Caller caller) {
    UUID assetId = AssetIds.of(id);
    return assets.find(assetId, caller.tenant(), caller.owner()).orElseThrow(AssetIds::missing);
  }
}
