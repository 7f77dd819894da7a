@NullMarked
package dev.offstage.job;

import org.jspecify.annotations.NullMarked;
