@NullMarked
package dev.offstage.store;

import org.jspecify.annotations.NullMarked;
