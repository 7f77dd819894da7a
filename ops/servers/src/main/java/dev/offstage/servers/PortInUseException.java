package dev.offstage.servers;

/** A server was to listen on a port that something else, not ours, listens on. */
public final class PortInUseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String server;
  private final int port;

  PortInUseException(String server, int port) {
    super("port " + port + " is in use by another program; " + server + " was to listen on it");
    this.server = server;
    this.port = port;
  }

  /** Such as {@code postgres}. */
  public String server() {
    return server;
  }

  public int port() {
    return port;
  }
}
