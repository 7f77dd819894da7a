@NullMarked
package dev.offstage.limit;

import org.jspecify.annotations.NullMarked;
