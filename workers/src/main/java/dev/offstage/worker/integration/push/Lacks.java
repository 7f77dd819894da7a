package dev.offstage.worker.integration.push;

import dev.offstage.secret.Secrets;
import java.util.Optional;

/** Why this worker leaves pushes to others. */
record Lacks(Secrets secrets) {
  Optional<String> why() {
    return secrets.lacks();
  }
}
