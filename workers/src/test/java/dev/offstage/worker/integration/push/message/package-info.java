@NullMarked
package dev.offstage.worker.integration.push.message;

import org.jspecify.annotations.NullMarked;
