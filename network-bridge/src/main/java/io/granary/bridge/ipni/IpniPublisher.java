package io.granary.bridge.ipni;

import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Adds to this node's chain of advertisements. A piece is advertised by its own CID as context, as
 * many blocks as indexers follow under one context, and taken back by the same. Thread-safe; of two
 * publishers over one folder each would lose the other's advertisements.
 */
public final class IpniPublisher {
  private final Identity identity;
  private final List<String> addresses;
  private final AdFolder folder;

  /**
   * Opens the chain in {@code folder}, which is made when it is missing.
   *
   * @param addresses where the gateway is reached, such as {@code /dns4/sp.example/tcp/443/https}
   * @throws IOException when the folder cannot be made
   */
  public IpniPublisher(Identity identity, List<Multiaddr> addresses, Path folder)
      throws IOException {
    this.identity = identity;
    this.addresses = addresses.stream().map(Multiaddr::toString).toList();
    this.folder = new AdFolder(folder);
  }

  /**
   * What a piece's advertisement holds.
   *
   * @param head the newest advertisement
   * @param listed blocks that were listed
   * @param leftOut blocks beyond what indexers follow
   */
  public record Published(Cid head, long listed, long leftOut) {}

  /**
   * Advertises the blocks of a piece; one that is advertised already is not again.
   *
   * @param multihashes of the blocks, in an order that does not change; read once, repeated ones
   *     are listed each time
   * @return empty when it is advertised already, or has no blocks
   * @throws IOException when the chain cannot be written: nothing is advertised then
   */
  public synchronized Optional<Published> advertise(Commitment piece, Iterator<Bytes> multihashes)
      throws IOException {
    Bytes context = context(piece);
    if (!multihashes.hasNext() || folder.advertised(context).isPresent()) {
      return Optional.empty();
    }
    Listed listed = list(multihashes);
    Cid head = publish(listed.first(), context, false);
    folder.advertise(context, listed.first());
    return Optional.of(new Published(head, listed.count(), listed.leftOut()));
  }

  /**
   * Takes the advertisement of a piece back.
   *
   * @return the newest advertisement; empty when the piece is not advertised
   * @throws IOException when the chain cannot be written
   */
  public synchronized Optional<Cid> remove(Commitment piece) throws IOException {
    Bytes context = context(piece);
    if (folder.advertised(context).isEmpty()) {
      return Optional.empty();
    }
    Cid head = publish(Advertisement.NO_ENTRIES, context, true);
    folder.forget(context);
    return Optional.of(head);
  }

  /** The pieces that are advertised now. */
  public synchronized Set<Commitment> advertised() throws IOException {
    return folder.contexts().stream()
        .map(context -> Cid.fromBytes(context).toUnsealedCommitment())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The newest advertisement. */
  public Optional<Cid> head() throws IOException {
    return folder.head();
  }

  AdFolder folder() {
    return folder;
  }

  Identity identity() {
    return identity;
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
      folder.put(block);
      next = Optional.of(block.cid());
      count += some.size();
    }
    long leftOut = 0;
    for (; multihashes.hasNext(); leftOut++) {
      multihashes.next();
    }
    return new Listed(next.orElse(Advertisement.NO_ENTRIES), count, leftOut);
  }

  private Cid publish(Cid entries, Bytes context, boolean removal) throws IOException {
    IpniBlock block =
        Advertisement.sign(
                identity,
                folder.head(),
                addresses,
                entries,
                context,
                Advertisement.GATEWAY_METADATA,
                removal)
            .dagJson();
    folder.put(block);
    folder.moveHead(block.cid());
    return block.cid();
  }

  private static Bytes context(Commitment piece) {
    return Cid.commP(piece).bytes();
  }
}
