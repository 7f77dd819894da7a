@NullMarked
package dev.offstage.worker.integration.http;

import org.jspecify.annotations.NullMarked;
