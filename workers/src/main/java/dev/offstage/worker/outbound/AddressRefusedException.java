package dev.offstage.worker.outbound;

import java.net.UnknownHostException;

/** None of a host's addresses may be called. */
final class AddressRefusedException extends UnknownHostException {
  AddressRefusedException(String host) {
    super(host + " leads to no public address");
  }
}
