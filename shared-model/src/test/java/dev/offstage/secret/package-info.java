@NullMarked
package dev.offstage.secret;

import org.jspecify.annotations.NullMarked;
