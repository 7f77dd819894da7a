@NullMarked
package dev.offstage.plan;

import org.jspecify.annotations.NullMarked;
