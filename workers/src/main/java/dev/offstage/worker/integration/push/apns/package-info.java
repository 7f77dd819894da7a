/** Apple's push notification service, through Pushy: the one place that knows either. */
@NullMarked
package dev.offstage.worker.integration.push.apns;

import org.jspecify.annotations.NullMarked;
