@NullMarked
package dev.offstage.worker.integration.push.fcm;

import org.jspecify.annotations.NullMarked;
