/**
 * Ten million jobs as tenants leave them, and what people ask about them. Who measures how long the
 * answers take is the command.
 */
@NullMarked
package dev.offstage.bench.search;

import org.jspecify.annotations.NullMarked;
