package io.granary.bridge.libp2p.peer;

import static io.granary.bridge.libp2p.peer.MultiaddrProtocol.HTTP_PATH;
import static io.granary.bridge.libp2p.peer.MultiaddrProtocol.IP6;
import static io.granary.bridge.libp2p.peer.MultiaddrProtocol.SNI;
import static io.granary.bridge.libp2p.peer.MultiaddrProtocol.TCP;
import static io.granary.bridge.libp2p.peer.MultiaddrProtocol.TLS;

import io.granary.bridge.libp2p.peer.Multiaddr.Part;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/** Reads the parts of a multiaddr as the URL of an HTTP or WebSocket server. */
final class MultiaddrUrl {
  private static final String PORT_TLS = "443";
  private static final String PORT_PLAIN = "80";

  private MultiaddrUrl() {}

  /** The URL when the parts are host, port?, (tls, sni?)?, scheme, http-path? and no more. */
  static Optional<URI> of(List<Part> parts) {
    if (parts.isEmpty() || !parts.get(0).protocol().isHost()) {
      return Optional.empty();
    }
    String host = parts.get(0).text();
    int at = 1;
    String port = is(parts, at, TCP) ? parts.get(at++).text() : "";
    boolean tls = is(parts, at, TLS);
    if (tls) {
      at++;
    }
    if (tls && is(parts, at, SNI) && !parts.get(at++).text().equals(host)) {
      return Optional.empty();
    }
    String scheme = at < parts.size() ? scheme(parts.get(at++).protocol(), tls) : "";
    String path = is(parts, at, HTTP_PATH) ? path(parts.get(at++)) : "";
    if (scheme.isEmpty() || at < parts.size()) {
      return Optional.empty();
    }
    String shown = parts.get(0).protocol() == IP6 ? "[" + host + "]" : host;
    return uri(scheme, shown, port, path);
  }

  private static boolean is(List<Part> parts, int at, MultiaddrProtocol protocol) {
    return at < parts.size() && parts.get(at).protocol() == protocol;
  }

  /** The scheme, or nothing when the part is none. */
  private static String scheme(MultiaddrProtocol protocol, boolean tls) {
    return switch (protocol) {
      case HTTP -> tls ? "https" : "http";
      case WS -> tls ? "wss" : "ws";
      case HTTPS -> tls ? "" : "https";
      case WSS -> tls ? "" : "wss";
      default -> "";
    };
  }

  /** With one slash in front, whether the value has one (js) or not (go). */
  private static String path(Part part) {
    String path = PartText.percentEncode(part.value(), "/");
    return path.startsWith("/") ? path : '/' + path;
  }

  private static Optional<URI> uri(String scheme, String host, String port, String path) {
    boolean secure = scheme.equals("https") || scheme.equals("wss");
    boolean usual = port.isEmpty() || port.equals(secure ? PORT_TLS : PORT_PLAIN);
    try {
      URI uri = new URI(scheme + "://" + host + (usual ? "" : ":" + port) + path);
      // A name may hold characters that end the host in a URL: then it is no host.
      return host.equals(uri.getHost()) ? Optional.of(uri) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
