package io.granary.ops.http;

import akka.http.javadsl.model.Host;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.server.Directives;
import akka.http.javadsl.server.Route;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Keeps web pages out. Loopback is no border for a browser on the node's machine: a page from
 * anywhere can send requests to it, and by a host name that its owner lets point to 127.0.0.1 it
 * can read the answers. So until there is authentication a request must name a loopback host, and
 * one that says from which page it comes must come from this very server.
 */
final class LoopbackGuard {
  private LoopbackGuard() {}

  /** {@code inner}, for requests that may come in. */
  static Route protect(Supplier<Route> inner) {
    return Directives.extractRequest(
        request -> {
          requireLoopbackHost(request.getUri().getHost());
          requireOwnOrigin(request);
          return inner.get();
        });
  }

  private static void requireLoopbackHost(Host host) {
    if (!isLoopback(host)) {
      throw Problem.forbidden(
          "Host: expected localhost or a loopback address, got " + host.address());
    }
  }

  private static boolean isLoopback(Host host) {
    if (host.isNamedHost()) {
      return host.address().toLowerCase(Locale.ROOT).equals("localhost");
    }
    try {
      return (host.isIPv4() || host.isIPv6())
          && InetAddress.getByName(host.address()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address in digits is never looked up", e);
    }
  }

  private static void requireOwnOrigin(HttpRequest request) {
    Optional<String> origin = request.getHeader("Origin").map(HttpHeader::value);
    String host = request.getHeader("Host").map(HttpHeader::value).orElse("");
    if (origin.isPresent() && !origin.get().equals("http://" + host)) {
      throw Problem.forbidden("Origin: pages of " + origin.get() + " may not ask this node");
    }
  }
}
