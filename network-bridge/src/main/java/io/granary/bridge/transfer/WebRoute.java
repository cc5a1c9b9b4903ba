package io.granary.bridge.transfer;

import io.granary.protocol.deal.TransferSource;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The way to a file. At each hop the name is looked up once, every address of it is judged, and one
 * of these addresses is connected to. The client's headers, which may hold credentials, go to the
 * origin that it named and to no other. Thread-safe.
 */
final class WebRoute {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final WebConnection.Parts parts;
  private final NameService names;
  private final AddressRule rule;

  WebRoute(WebConnection.Parts parts, NameService names, AddressRule rule) {
    this.parts = parts;
    this.names = names;
    this.rule = rule;
  }

  /** An answer that is no redirect. Closed by who got it. */
  record Answer(WebConnection connection, ResponseHead head) implements Closeable {
    @Override
    public void close() throws IOException {
      connection.close();
    }
  }

  /**
   * Asks for the file, and goes where it is sent.
   *
   * @param ours headers of the transfer itself
   * @throws IOException when another try may help
   */
  Answer get(TransferSource.Http source, Map<String, String> ours, TransferControl control)
      throws IOException, TransferRefusedException {
    URI uri = source.uri();
    boolean home = true;
    for (int hop = 0; hop <= parts.settings().redirectsMax(); hop++) {
      Map<String, String> headers = headers(home ? source.headers() : Map.of(), ours);
      WebConnection connection = connect(uri, control);
      try {
        ResponseHead head = connection.get(uri, headers);
        if (!REDIRECTS.contains(head.status())) {
          return new Answer(connection, head);
        }
        uri = next(uri, head);
        home = home && sameOrigin(uri, source.uri());
      } catch (IOException | TransferRefusedException e) {
        connection.close();
        throw e;
      }
      connection.close();
    }
    throw new TransferRefusedException(
        "the server redirects more than " + parts.settings().redirectsMax() + " times");
  }

  private static Map<String, String> headers(Map<String, String> theirs, Map<String, String> ours)
      throws TransferRefusedException {
    Map<String, String> all = new LinkedHashMap<>();
    if (theirs.keySet().stream().noneMatch(name -> name.equalsIgnoreCase("User-Agent"))) {
      all.put("User-Agent", "granary");
    }
    for (Map.Entry<String, String> one : theirs.entrySet()) {
      boolean plain = (one.getKey() + one.getValue()).chars().allMatch(c -> c >= ' ' && c < 0x7f);
      if (!plain
          || TransferSource.RESERVED_HEADERS.contains(one.getKey().toLowerCase(Locale.ROOT))) {
        throw new TransferRefusedException("a header of the transfer cannot be sent");
      }
      all.put(one.getKey(), one.getValue());
    }
    all.put("Accept-Encoding", "identity");
    all.put("Connection", "close");
    all.putAll(ours);
    return all;
  }

  private static URI next(URI from, ResponseHead head) throws TransferRefusedException {
    Optional<String> location = head.field("location");
    URI to;
    try {
      to = from.resolve(location.orElse(""));
    } catch (IllegalArgumentException e) {
      throw new TransferRefusedException("the server redirects to what is no URL");
    }
    String scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
    if (location.isEmpty()
        || to.getHost() == null
        || to.getRawUserInfo() != null
        || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new TransferRefusedException("the server redirects to what is no HTTP URL");
    }
    if (WebConnection.secure(from) && !WebConnection.secure(to)) {
      throw new TransferRefusedException("the server redirects from https to http");
    }
    return to;
  }

  private static boolean sameOrigin(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && WebConnection.port(one) == WebConnection.port(other);
  }

  private WebConnection connect(URI uri, TransferControl control)
      throws IOException, TransferRefusedException {
    List<InetAddress> addresses = names.addresses(WebConnection.host(uri));
    for (InetAddress address : addresses) {
      Optional<String> problem = rule.problem(address);
      if (problem.isPresent()) {
        throw new TransferRefusedException(
            "the address of host " + uri.getHost() + " is " + problem.get());
      }
    }
    IOException last = new IOException("host " + uri.getHost() + " has no address");
    for (InetAddress address :
        addresses.subList(0, Math.min(addresses.size(), parts.settings().addressesMax()))) {
      try {
        return WebConnection.open(parts, uri, address, control);
      } catch (IOException e) {
        last =
            new IOException("host " + uri.getHost() + " cannot be reached: " + e.getMessage(), e);
      }
    }
    throw last;
  }
}
