package io.granary.bridge.chain;

import io.granary.bridge.NetworkBridgeSettings.ChainNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One chain node with the token its file held when it was last read, and what was seen of it. */
final class NodeEndpoint {
  /** A JWT with four permissions is 150 bytes; a file far longer is no token. */
  private static final int TOKEN_BYTES_MAX = 64 << 10;

  private final ChainNode node;
  private final NodeHealth health;
  private volatile @Nullable String token;

  NodeEndpoint(ChainNode node, int answerTimesKept) {
    this.node = node;
    health = new NodeHealth(answerTimesKept);
  }

  /** What was seen of it. */
  NodeHealth health() {
    return health;
  }

  URI url() {
    return node.url();
  }

  URI webSocketUrl() {
    return node.webSocketUrl();
  }

  /**
   * The value of the Authorization header; empty without a token file.
   *
   * @throws UncheckedIOException naming the file that could not be read
   */
  Optional<String> authorization() {
    if (node.tokenFile().isEmpty()) {
      return Optional.empty();
    }
    String current = token;
    if (current == null) {
      current = read(node.tokenFile().get());
      token = current;
    }
    return Optional.of("Bearer " + current);
  }

  /** Has the file read again at the next use, after the node refused the token. */
  void forgetToken() {
    token = null;
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > TOKEN_BYTES_MAX) {
        throw new IOException("longer than " + TOKEN_BYTES_MAX + " bytes");
      }
      return Files.readString(file, StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("chain node token file " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return node.toString();
  }
}
