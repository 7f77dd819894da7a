package dev.offstage.worker.outbound;

import dev.offstage.worker.outbound.OutboundAnswer.Failed;
import dev.offstage.worker.outbound.OutboundAnswer.Reason;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** Says what an exception of the client comes to. */
final class Failures {
  private Failures() {}

  /**
   * @param place for the message: method, scheme and host
   */
  static Failed of(IOException failure, String place, Duration elapsed) {
    var reason = reason(failure);
    return new Failed(reason, place + ": " + words(reason, failure), elapsed);
  }

  private static Reason reason(IOException failure) {
    return switch (failure) {
      case AddressRefusedException e -> Reason.ADDRESS_REFUSED;
      case UnknownHostException e -> Reason.NAME_UNKNOWN;
      case ConnectionRequestTimeoutException e -> Reason.BUSY;
      case ConnectTimeoutException e -> Reason.CONNECT_FAILED;
      case ConnectException e -> Reason.CONNECT_FAILED;
      case NoRouteToHostException e -> Reason.CONNECT_FAILED;
      case BindException e -> Reason.CONNECT_FAILED;
      case SSLException e -> Reason.TLS_FAILED;
      case NoHttpResponseException e -> Reason.CONNECTION_LOST;
      case MessageConstraintException e -> Reason.ANSWER_REFUSED;
      case ClientProtocolException e -> Reason.ANSWER_REFUSED;
      default ->
          failure.getCause() instanceof HttpException
              ? Reason.ANSWER_REFUSED
              : Reason.CONNECTION_LOST;
    };
  }

  private static String words(Reason reason, IOException failure) {
    return switch (reason) {
      case ADDRESS_REFUSED -> "leads to no public address";
      case NAME_UNKNOWN -> "the name has no address";
      case BUSY -> "no connection came free on this worker";
      case CONNECT_FAILED,
          TLS_FAILED,
          CONNECTION_LOST,
          ANSWER_REFUSED,
          ANSWER_TOO_LARGE,
          TIMEOUT,
          URL_REFUSED ->
          reason.text() + " (" + failure.getMessage() + ")";
    };
  }
}
