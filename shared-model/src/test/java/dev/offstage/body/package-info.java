@NullMarked
package dev.offstage.body;

import org.jspecify.annotations.NullMarked;
