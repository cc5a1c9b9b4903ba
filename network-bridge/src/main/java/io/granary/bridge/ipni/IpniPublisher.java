package io.granary.bridge.ipni;

import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.AdChain;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Adds to the chain of advertisements of this node's peer id, beside the publishers of other nodes.
 * A piece is advertised by its own CID as context, as many blocks as indexers follow under one
 * context, and taken back by the same. Thread-safe.
 *
 * <p>An advertisement is made for the head that was read before its context was, and counts only
 * when the head is still that one: so no context changed in between. Who loses a race for the head
 * looks at the context anew; what it made for the old head stays in the store, followed by nobody.
 */
public final class IpniPublisher {
  /** For the store to answer once. */
  static final Duration STORE_LIMIT = Duration.ofSeconds(60);

  /** Races for the head that one advertisement may lose; of five nodes, one in a thousand does. */
  static final int RACES_MAX = 30;

  /** Moves of one advertisement that may go without an answer. */
  static final int UNANSWERED_MAX = 3;

  private static final long FIRST_PAUSE_MILLIS = 5;
  private static final long PAUSE_MILLIS_MAX = 300;

  private final Identity identity;
  private final List<String> addresses;
  private final StoredChain chain;
  private final Pause pause;

  /** As of the head in it; guarded by this. */
  private Advertised known = new Advertised(Optional.empty(), Map.of());

  /**
   * A publisher on the chain that {@code store} has for {@code identity}.
   *
   * @param addresses where the gateway is reached, such as {@code /dns4/sp.example/tcp/443/https}
   */
  public IpniPublisher(Identity identity, List<Multiaddr> addresses, AdChain store) {
    this(identity, addresses, store, IpniPublisher::pause);
  }

  /** Between a race for the head that was lost and the next. */
  @FunctionalInterface
  interface Pause {
    void after(int race) throws IOException;
  }

  IpniPublisher(Identity identity, List<Multiaddr> addresses, AdChain store, Pause pause) {
    this.pause = pause;
    this.identity = identity;
    this.addresses = addresses.stream().map(Multiaddr::toString).toList();
    this.chain = new StoredChain(store, identity.peerId(), STORE_LIMIT);
  }

  /**
   * What a piece's advertisement holds.
   *
   * @param by the advertisement
   * @param listed blocks that were listed
   * @param leftOut blocks beyond what indexers follow
   */
  public record Published(Cid by, long listed, long leftOut) {}

  /**
   * What is advertised now, by whichever node.
   *
   * @param head the newest advertisement
   * @param pieces each with its advertisement
   */
  public record Advertised(Optional<Cid> head, Map<Commitment, Cid> pieces) {
    public Advertised {
      pieces = Map.copyOf(pieces);
    }
  }

  /**
   * Advertises the blocks of a piece; one that is advertised already is not again.
   *
   * @param multihashes of the blocks, in an order that does not change; read once, repeated ones
   *     are listed each time
   * @return empty when another node or an earlier call advertised it, or it has no blocks; two
   *     nodes that make the very same advertisement at once have both published it, once
   * @throws IOException when the chain cannot be read or written, or too many races for its head
   *     were lost; when the store left the outcome open, the next call finds it out
   */
  public Optional<Published> advertise(Commitment piece, Iterator<Bytes> multihashes)
      throws IOException {
    Bytes context = context(piece);
    if (!multihashes.hasNext() || chain.advertised(context).isPresent()) {
      return Optional.empty();
    }
    requireRoom();
    Listed listed = list(multihashes);
    return publish(new AdChain.Change.Advertised(context), listed.first())
        .map(by -> new Published(by, listed.count(), listed.leftOut()));
  }

  private synchronized void requireRoom() throws IOException {
    if (known.pieces().size() >= AdChain.CONTEXTS_MAX) {
      throw new IOException("at most " + AdChain.CONTEXTS_MAX + " pieces are advertised");
    }
  }

  /**
   * Takes the advertisement of a piece back.
   *
   * @return whether this call did
   * @throws IOException as {@link #advertise}
   */
  public boolean remove(Commitment piece) throws IOException {
    return publish(new AdChain.Change.TakenBack(context(piece)), Advertisement.NO_ENTRIES)
        .isPresent();
  }

  /**
   * What is advertised now; the store is asked for all of it only when the head has moved.
   *
   * @throws IOException when the chain cannot be read
   */
  public synchronized Advertised advertised() throws IOException {
    Optional<Cid> head = chain.head();
    if (!head.equals(known.head())) {
      AdChain.Contexts contexts = chain.contexts();
      Map<Commitment, Cid> pieces = new HashMap<>();
      contexts
          .advertised()
          .forEach((context, by) -> pieces.put(Cid.fromBytes(context).toUnsealedCommitment(), by));
      known = new Advertised(contexts.head(), pieces);
    }
    return known;
  }

  /** The newest advertisement. */
  public Optional<Cid> head() throws IOException {
    return chain.head();
  }

  /**
   * Takes a chain over that this node kept in {@code folder} when each node had its own, unless the
   * store has another. Does nothing when there is none, or when it was taken over already; after a
   * failure it may be called again.
   *
   * @throws IOException when the folder or the store cannot be read or written
   */
  public void takeOver(Path folder) throws IOException {
    new FolderTakeOver(new AdFolder(folder), chain).run();
  }

  private record Listed(Cid first, long count, long leftOut) {}

  /** Each chunk links to the one written before it, so the first to be read is the last written. */
  private Listed list(Iterator<Bytes> multihashes) throws IOException {
    Optional<Cid> next = Optional.empty();
    long count = 0;
    for (int chunk = 0; chunk < EntryChunk.CHUNKS_MAX && multihashes.hasNext(); chunk++) {
      List<Bytes> some = new ArrayList<>();
      while (some.size() < EntryChunk.MULTIHASHES_MAX && multihashes.hasNext()) {
        some.add(multihashes.next());
      }
      IpniBlock block = new EntryChunk(some, next).dagCbor();
      chain.put(block);
      next = Optional.of(block.cid());
      count += some.size();
    }
    long leftOut = 0;
    for (; multihashes.hasNext(); leftOut++) {
      multihashes.next();
    }
    return new Listed(next.orElse(Advertisement.NO_ENTRIES), count, leftOut);
  }

  /**
   * Makes the change, unless it is made already.
   *
   * @return the advertisement; empty when another made the change
   */
  private Optional<Cid> publish(AdChain.Change change, Cid entries) throws IOException {
    boolean removal = change instanceof AdChain.Change.TakenBack;
    Set<Cid> unanswered = new HashSet<>();
    int answersLost = 0;
    for (int race = 0; race < RACES_MAX; race++) {
      Optional<Cid> head = chain.head();
      Optional<Cid> by = chain.advertised(change.contextId());
      if (by.isPresent() != removal) {
        // By a move of ours that went without an answer, or by another's. One that was taken back
        // says no longer by whom: it may be told twice.
        return removal ? unanswered.stream().findAny() : by.filter(unanswered::contains);
      }
      IpniBlock block = sign(head, entries, change.contextId(), removal);
      chain.put(block);
      try {
        if (chain.move(head, block.cid(), change)) {
          return Optional.of(block.cid());
        }
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        unanswered.add(block.cid());
        answersLost++;
        if (answersLost >= UNANSWERED_MAX) {
          throw e;
        }
      }
      pause.after(race);
    }
    throw new IOException(
        "chain of advertisements, context "
            + change.contextId().toHex()
            + ": lost "
            + RACES_MAX
            + " races for the head");
  }

  private IpniBlock sign(Optional<Cid> head, Cid entries, Bytes context, boolean removal) {
    return Advertisement.sign(
            identity, head, addresses, entries, context, Advertisement.GATEWAY_METADATA, removal)
        .dagJson();
  }

  /** Of a length by chance, so that the next race has fewer runners. */
  private static void pause(int race) throws IOException {
    long most = Math.min(PAUSE_MILLIS_MAX, FIRST_PAUSE_MILLIS << Math.min(race, 10));
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(1, most + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("between two races").initCause(e);
    }
  }

  private static Bytes context(Commitment piece) {
    return Cid.commP(piece).bytes();
  }
}
