package io.granary.prover.transfer;

import java.net.URI;
import java.net.URISyntaxException;

/** Where a node serves bytes to other nodes. */
public record TransferAddress(String host, int port) {
  public TransferAddress {
    if (host.isBlank() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("transfer address: " + host + ":" + port);
    }
  }

  /** The address of {@code path}, which begins with a slash and needs no encoding. */
  URI resolve(String path) {
    try {
      return new URI("http", null, host, port, path, null, null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("no address of " + path + " at " + this, e);
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
