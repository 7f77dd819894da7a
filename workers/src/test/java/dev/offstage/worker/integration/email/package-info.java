@NullMarked
package dev.offstage.worker.integration.email;

import org.jspecify.annotations.NullMarked;
