package dev.offstage.worker.execute;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this machine is called, for people who look for a worker. */
final class Hosts {
  private Hosts() {}

  static String name() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown"; // a machine without a name; the process id still tells
    }
  }
}
