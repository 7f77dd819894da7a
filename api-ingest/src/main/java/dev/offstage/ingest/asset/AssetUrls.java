package dev.offstage.ingest.asset;

import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** The signed URLs of an asset's bytes, absolute, at the host that the client called. */
@Component
class AssetUrls {
  private final SignedUrls signed;

  AssetUrls(SignedUrls signed) {
    this.signed = signed;
  }

  static String variantPath(UUID asset, String name, String format) {
    return "/v1/assets/" + asset + "/variants/" + name + "." + format;
  }

  static String originalPath(UUID asset) {
    return "/v1/assets/" + asset + "/original";
  }

  String variant(UUID asset, String name, String format) {
    return absolute(variantPath(asset, name, format));
  }

  String original(UUID asset) {
    return absolute(originalPath(asset));
  }

  private String absolute(String path) {
    return ServletUriComponentsBuilder.fromCurrentContextPath().toUriString() + signed.sign(path);
  }
}
