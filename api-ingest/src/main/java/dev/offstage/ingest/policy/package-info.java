/** What a tenant never keeps of its events: its deny-list, and what becomes of addresses. */
@NullMarked
package dev.offstage.ingest.policy;

import org.jspecify.annotations.NullMarked;
