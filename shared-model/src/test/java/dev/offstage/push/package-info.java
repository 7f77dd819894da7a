@NullMarked
package dev.offstage.push;

import org.jspecify.annotations.NullMarked;
