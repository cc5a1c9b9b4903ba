package io.granary.bridge.retrieval.http;

import io.granary.protocol.Bytes;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What each address takes now. An IPv6 network of 56 bits, which is one household, counts as one
 * address. Holds nothing of addresses without a connection. Thread-safe.
 */
final class Clients {
  private static final int IP4_BYTES = 4;
  private static final int IP6_NETWORK_BYTES = 7;
  private static final double NANOS = 1e9;

  private final HttpSettings settings;

  /** Guarded by this, as is all that follows. */
  private final Map<Bytes, Client> known = new HashMap<>();

  private int connections;
  private int requests;
  private long connectionsRefused;
  private long requestsRefused;

  Clients(HttpSettings settings) {
    this.settings = settings;
  }

  /** One address; also the name of its turns. */
  final class Client {
    private final Bytes key;
    private int connectionsOpen;
    private int requestsOpen;
    private long freeAtNanos;

    private Client(Bytes key, long nowNanos) {
      this.key = key;
      this.freeAtNanos = nowNanos;
    }

    /** The address. */
    Bytes key() {
      return key;
    }

    /**
     * Counts a request.
     *
     * @throws HttpProblem 429 or 503 when there are too many
     */
    void begin() {
      synchronized (Clients.this) {
        if (requestsOpen >= settings.requestsOfAddressMax()) {
          requestsRefused++;
          throw new HttpProblem(
              429, "too many requests of this address", Map.of("Retry-After", "1"));
        }
        if (requests >= settings.requestsMax()) {
          requestsRefused++;
          throw new HttpProblem(503, "too many requests", Map.of("Retry-After", "1"));
        }
        requestsOpen++;
        requests++;
      }
    }

    /** Counts a request that is only told why it is refused. */
    void beginRefusal() {
      synchronized (Clients.this) {
        requestsOpen++;
        requests++;
      }
    }

    void end() {
      synchronized (Clients.this) {
        requestsOpen--;
        requests--;
      }
    }

    /** Takes {@code bytes} of the bandwidth; nanoseconds until more may be taken. */
    long take(long bytes, long nowNanos) {
      long rate = settings.bytesPerSecondOfAddressMax();
      if (rate == 0) {
        return 0;
      }
      synchronized (Clients.this) {
        long from = Math.max(freeAtNanos, nowNanos);
        freeAtNanos = from + (long) (bytes * NANOS / rate);
        return freeAtNanos - nowNanos;
      }
    }

    void close() {
      synchronized (Clients.this) {
        connections--;
        if (--connectionsOpen == 0) {
          known.remove(key);
        }
      }
    }
  }

  /** Counts a connection; empty when there are too many. */
  synchronized Optional<Client> open(InetAddress address, long nowNanos) {
    Bytes key = key(address);
    Client client = known.getOrDefault(key, new Client(key, nowNanos));
    if (connections >= settings.connectionsMax()
        || client.connectionsOpen >= settings.connectionsOfAddressMax()) {
      connectionsRefused++;
      return Optional.empty();
    }
    known.put(key, client);
    client.connectionsOpen++;
    connections++;
    return Optional.of(client);
  }

  private static Bytes key(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == IP4_BYTES ? Bytes.of(bytes) : Bytes.of(bytes, 0, IP6_NETWORK_BYTES);
  }

  synchronized HttpServer.Status status() {
    return new HttpServer.Status(
        connections, requests, known.size(), connectionsRefused, requestsRefused);
  }
}
