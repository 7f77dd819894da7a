/**
 * Segment's tracking API: what its SDKs send is read, checked, and given to the broker, one message
 * a request. The workers write it.
 *
 * <p>Invariant: success is answered only once the broker has confirmed the message, and nothing of
 * a request is taken unless all of it is. What the tenant never keeps is gone before it leaves this
 * process. What a request may hold of memory is reserved before it is read.
 */
@NullMarked
package dev.offstage.ingest.track;

import org.jspecify.annotations.NullMarked;
