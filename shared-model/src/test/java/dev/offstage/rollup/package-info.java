@NullMarked
package dev.offstage.rollup;

import org.jspecify.annotations.NullMarked;
