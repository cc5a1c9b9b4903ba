package io.granary.protocol.port;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Chains of advertisements that network indexers follow (IPNI), one for each peer id, shared by all
 * nodes that have its key. An advertisement names the one before it, so that no head comes twice:
 * whoever moves the head from the one that its advertisement names forks nothing. Stages fail when
 * the store cannot be asked. Thread-safe.
 */
public interface AdChain {
  /** The longest node, in bytes: what indexers take (go-libipni). */
  int NODE_BYTES_MAX = 4 << 20;

  /** The most contexts of one chain that are advertised at once. */
  int CONTEXTS_MAX = 1_000_000;

  /** What an advertisement changes; contexts are what it can be taken back by. */
  sealed interface Change {
    /** The context it is about. */
    Bytes contextId();

    /** The context is advertised. */
    record Advertised(Bytes contextId) implements Change {}

    /** The context is no longer advertised. */
    record TakenBack(Bytes contextId) implements Change {}
  }

  /**
   * What is advertised.
   *
   * @param head the newest advertisement
   * @param advertised contexts with the advertisement of each; while the chain moves, some newer
   *     than {@code head} too
   */
  record Contexts(Optional<Cid> head, Map<Bytes, Cid> advertised) {
    /** A chain that has not begun. */
    public static final Contexts NONE = new Contexts(Optional.empty(), Map.of());

    public Contexts {
      advertised = Map.copyOf(advertised);
    }
  }

  /**
   * Stores a node of the chain, an advertisement or a list of entries; it never changes.
   *
   * @throws IllegalArgumentException when {@code data} is longer than {@link #NODE_BYTES_MAX}
   */
  CompletionStage<Void> put(String peerId, Cid node, Bytes data);

  /** The bytes of a node, not compared with its CID. */
  CompletionStage<Optional<Bytes>> get(String peerId, Cid node);

  /** The newest advertisement; a move that is under way may be seen or not. */
  CompletionStage<Optional<Cid>> head(String peerId);

  /**
   * The advertisement under which a context is advertised, after everything that is under way has
   * come to its end: whether a move whose stage failed took place is seen here.
   */
  CompletionStage<Optional<Cid>> advertised(String peerId, Bytes contextId);

  /**
   * Everything that is advertised.
   *
   * @return fails with more than {@link #CONTEXTS_MAX} contexts
   */
  CompletionStage<Contexts> contexts(String peerId);

  /**
   * Moves the head and changes the context with it, or does neither.
   *
   * @param from the advertisement that {@code to} names as the one before it
   * @param to an advertisement that is stored
   * @return whether {@code to} is the head now; false when the head was not {@code from}. A stage
   *     that fails says nothing.
   */
  CompletionStage<Boolean> move(String peerId, Optional<Cid> from, Cid to, Change change);
}
