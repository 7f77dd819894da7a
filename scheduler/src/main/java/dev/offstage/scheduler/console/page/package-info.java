/** The operators' first page: plain, for phones too. What its forms do is what the API does. */
@NullMarked
package dev.offstage.scheduler.console.page;

import org.jspecify.annotations.NullMarked;
