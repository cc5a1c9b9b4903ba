package io.granary.bridge.retrieval.http;

import java.time.Duration;

/**
 * What the server listens on and what its clients may take; reference.conf says what each means.
 *
 * @param port 0 for any free one
 * @param loops threads that serve sockets
 * @param workers threads that read disks and ask the index
 * @param headBytesMax of the request line, and again of the fields
 * @param connectionsOfAddressMax of one IPv4 address or one IPv6 network of 56 bits
 * @param requestsMax answers under way, of all
 * @param requestsOfAddressMax answers under way, of one address
 * @param bytesPerSecondOfAddressMax 0 for no bound
 * @param partBytes read from disk in one turn
 * @param bufferBytes of an answer that wait for a slow reader
 * @param headLimit from the first byte of a request to its last
 * @param idleLimit between requests
 * @param stallLimit for a reader to take {@link Transfer#SLICE_BYTES}
 */
public record HttpSettings(
    String host,
    int port,
    int loops,
    int workers,
    int headBytesMax,
    int connectionsMax,
    int connectionsOfAddressMax,
    int requestsMax,
    int requestsOfAddressMax,
    long bytesPerSecondOfAddressMax,
    int partBytes,
    int bufferBytes,
    Duration headLimit,
    Duration idleLimit,
    Duration stallLimit) {
  private static final String PATH = "granary.network-bridge.retrieval.";

  public HttpSettings {
    require(!host.isBlank(), "host", "must not be empty");
    require(port >= 0 && port <= 65_535, "port", "must be from 0 to 65535, got " + port);
    positive(loops, "loops");
    positive(workers, "workers");
    require(headBytesMax >= 256, "head-bytes-max", "must be at least 256 bytes");
    positive(connectionsMax, "connections-max");
    positive(connectionsOfAddressMax, "connections-of-address-max");
    positive(requestsMax, "requests-max");
    positive(requestsOfAddressMax, "requests-of-address-max");
    require(bytesPerSecondOfAddressMax >= 0, "bandwidth-of-address-max", "must not be negative");
    positive(partBytes, "part-bytes");
    require(bufferBytes >= partBytes, "buffer-bytes", "must not be below part-bytes");
    positive(headLimit, "head-limit");
    positive(idleLimit, "idle-limit");
    positive(stallLimit, "stall-limit");
  }

  private static void positive(int value, String key) {
    require(value > 0, key, "must be positive, got " + value);
  }

  private static void positive(Duration value, String key) {
    require(!value.isNegative() && !value.isZero(), key, "must be positive, got " + value);
  }

  private static void require(boolean holds, String key, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(PATH + key + ": " + rule);
    }
  }
}
