/**
 * The port to who takes notifications to devices: one implementation a provider, each in a package
 * of its own beside this one.
 *
 * <p>Invariant: what a provider answers is told as what it means for the device, the credential and
 * the job; nobody else reads statuses.
 */
@NullMarked
package dev.offstage.worker.integration.push.provider;

import org.jspecify.annotations.NullMarked;
