/** Texts with variables, for every way out that takes such. */
@NullMarked
package dev.offstage.worker.integration.template;

import org.jspecify.annotations.NullMarked;
