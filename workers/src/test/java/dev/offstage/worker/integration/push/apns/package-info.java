@NullMarked
package dev.offstage.worker.integration.push.apns;

import org.jspecify.annotations.NullMarked;
