package io.granary.protocol.deal;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.json.JsonCursor;
import io.granary.protocol.json.JsonScalars;
import io.granary.protocol.json.JsonText;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a deal's data is fetched, as the client wrote it into {@link Transfer#params}: JSON with
 * {@code URL} and {@code Headers} (boost transport/types, HttpRequest). Only the form is judged
 * here; which hosts may be reached is for whoever connects to say, after resolving them.
 */
public sealed interface TransferSource {
  /** The longest URL, in characters. */
  int URL_LENGTH_MAX = 2048;

  /** The most headers. */
  int HEADERS_MAX = 64;

  /** The longest header value, in characters. */
  int HEADER_VALUE_MAX = 8192;

  /** The longest header name, in characters. */
  int HEADER_NAME_MAX = 128;

  /** Headers that the transfer sets itself: a client's value would break it. */
  Set<String> RESERVED_HEADERS =
      Set.of(
          "accept-encoding",
          "connection",
          "content-length",
          "expect",
          "host",
          "if-range",
          "range",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** Sent with every request, in the client's order. */
  Map<String, String> headers();

  /**
   * Over HTTP.
   *
   * @param uri of scheme http or https, with a host
   */
  record Http(URI uri, Map<String, String> headers) implements TransferSource {
    public Http {
      headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Without query and header values, which may hold credentials. */
    @Override
    public String toString() {
      return uri.getScheme()
          + "://"
          + uri.getRawAuthority()
          + uri.getRawPath()
          + " "
          + headers.keySet();
    }
  }

  /**
   * HTTP over a stream of {@code /fil/storage/transfer/1.0.0}.
   *
   * @param multiaddr text, without the peer
   * @param peer the peer id's text
   */
  record Libp2p(String multiaddr, String peer, Map<String, String> headers)
      implements TransferSource {
    public Libp2p {
      headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Without header values, which may hold credentials. */
    @Override
    public String toString() {
      return "libp2p://" + multiaddr + "/p2p/" + peer + " " + headers.keySet();
    }
  }

  /**
   * Where {@code transfer} is fetched from.
   *
   * @throws IllegalArgumentException saying what is wrong with its parameters
   */
  static TransferSource of(Transfer transfer) {
    return parse(transfer.params());
  }

  /**
   * Reads transfer parameters.
   *
   * @throws IllegalArgumentException saying what is wrong with them
   */
  static TransferSource parse(Bytes params) {
    if (params.length() > WireLimits.TRANSFER_PARAMS_BYTES_MAX) {
      throw new IllegalArgumentException(
          "transfer params: at most " + WireLimits.TRANSFER_PARAMS_BYTES_MAX + " bytes");
    }
    JsonCursor json = JsonCursor.root(JsonText.parse(params.toArray()));
    return of(json.get("URL", JsonScalars.TEXT), readHeaders(json));
  }

  /**
   * The source of a URL.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static TransferSource of(String url, Map<String, String> headers) {
    if (url.length() > URL_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "transfer URL: at most " + URL_LENGTH_MAX + " characters, got " + url.length());
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("transfer URL: " + e.getReason(), e);
    }
    String scheme =
        Optional.ofNullable(uri.getScheme()).map(text -> text.toLowerCase(Locale.ROOT)).orElse("");
    return switch (scheme) {
      case "http", "https" -> http(uri, headers);
      case "libp2p" -> libp2p(uri, headers);
      default ->
          throw new IllegalArgumentException(
              "transfer URL: scheme must be http, https or libp2p, got '" + scheme + "'");
    };
  }

  private static Http http(URI uri, Map<String, String> headers) {
    if (uri.getHost() == null || uri.getHost().isEmpty()) {
      throw new IllegalArgumentException("transfer URL: no host");
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "transfer URL: a user belongs into the Authorization header");
    }
    return new Http(uri, headers);
  }

  private static Libp2p libp2p(URI uri, Map<String, String> headers) {
    String path = Optional.ofNullable(uri.getPath()).orElse("");
    int split = Math.max(path.lastIndexOf("/p2p/"), path.lastIndexOf("/ipfs/"));
    if (split < 0) {
      throw new IllegalArgumentException("transfer URL: no peer id");
    }
    String peer = path.substring(path.indexOf('/', split + 1) + 1);
    if (!isPeerId(peer)) {
      throw new IllegalArgumentException("transfer URL: no peer id: " + peer);
    }
    if (split == 0) {
      throw new IllegalArgumentException("transfer URL: no address before the peer id");
    }
    return new Libp2p(path.substring(0, split), peer, headers);
  }

  /** Whether the text has the form of a peer id: base58 or base32, 10 to 128 characters. */
  private static boolean isPeerId(String text) {
    return text.length() >= 10
        && text.length() <= 128
        && text.chars()
            .allMatch(
                c -> (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
  }

  private static Map<String, String> readHeaders(JsonCursor json) {
    JsonNode member = json.node().get("Headers");
    if (member == null || member.isNull()) {
      return Map.of();
    }
    JsonCursor headers = json.member("Headers");
    if (headers.names().size() > HEADERS_MAX) {
      throw headers.problem("at most " + HEADERS_MAX + ", got " + headers.names().size());
    }
    Map<String, String> read = new LinkedHashMap<>();
    for (String name : headers.names()) {
      read.put(requireHeaderName(name), requireHeaderValue(name, headers.member(name).text()));
    }
    return read;
  }

  private static String requireHeaderName(String name) {
    boolean token =
        !name.isEmpty()
            && name.length() <= HEADER_NAME_MAX
            && name.chars()
                .allMatch(c -> c > 0x20 && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0);
    if (!token) {
      throw new IllegalArgumentException("transfer header: name is no token");
    }
    if (RESERVED_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("transfer header: " + name + " cannot be given");
    }
    return name;
  }

  private static String requireHeaderValue(String name, String value) {
    if (value.length() > HEADER_VALUE_MAX
        || !value.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c < 0x7f))) {
      throw new IllegalArgumentException(
          "transfer header: value of " + name + " is too long or not printable ASCII");
    }
    return value;
  }
}
