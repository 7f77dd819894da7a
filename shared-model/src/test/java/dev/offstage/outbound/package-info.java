@NullMarked
package dev.offstage.outbound;

import org.jspecify.annotations.NullMarked;
