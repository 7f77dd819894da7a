@NullMarked
package dev.offstage.destination;

import org.jspecify.annotations.NullMarked;
