@NullMarked
package dev.offstage.webhook;

import org.jspecify.annotations.NullMarked;
