/**
 * Tracking plans: what an app's events should look like, and whether they do. Each app may have
 * one; an app without accepts everything.
 *
 * <p>Invariant: a plan is a tenant's and is applied to every event by workers that all tenants
 * share; so nothing in it can make them wait: no regular expressions, no references, bounded sizes.
 */
@NullMarked
package dev.offstage.plan;

import org.jspecify.annotations.NullMarked;
