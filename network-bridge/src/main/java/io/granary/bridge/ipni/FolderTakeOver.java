package io.granary.bridge.ipni;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.AdChain;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the chain of a folder into the store, advertisement by advertisement from the oldest on,
 * as if they were published anew: the head in the store says how far it is, and what is served
 * meanwhile is the chain as it once was. Used by one thread.
 */
final class FolderTakeOver {
  private static final Logger LOG = LoggerFactory.getLogger(FolderTakeOver.class);

  private final AdFolder folder;
  private final StoredChain chain;

  FolderTakeOver(AdFolder folder, StoredChain chain) {
    this.folder = folder;
    this.chain = chain;
  }

  void run() throws IOException {
    Optional<Cid> newest = folder.head();
    if (newest.isEmpty()) {
      return;
    }
    Optional<Advertisement> last = read(newest.get());
    if (last.isEmpty() || !last.get().provider().equals(chain.peerId())) {
      LOG.warn(
          "{} has no advertisement {} of peer {} and is not taken over: its pieces are advertised"
              + " anew",
          folder,
          newest.get(),
          chain.peerId());
      return;
    }
    Optional<Cid> head = chain.head();
    if (head.isPresent() && isIn(newest.get(), last.get(), head.get())) {
      LOG.info("{} was taken into the store and is needed no longer", folder);
      return;
    }
    Deque<Cid> missing = after(head, newest.get());
    if (missing.isEmpty()) {
      LOG.warn(
          "the store has another chain of peer {} than {}, whose pieces are advertised anew",
          chain.peerId(),
          folder);
      return;
    }
    replay(head, missing);
  }

  /** The node of the folder's head is stored right before the head of the store moves to it. */
  private boolean isIn(Cid newest, Advertisement last, Cid head) throws IOException {
    return head.equals(newest)
        || (!last.previous().equals(Optional.of(head)) && chain.get(newest).isPresent());
  }

  /**
   * The advertisements of the folder after {@code head}, oldest first; empty when it does not lead
   * to {@code head}. From an advertisement on that is damaged or missing, none older is taken:
   * indexers cannot have it from here either way.
   */
  private Deque<Cid> after(Optional<Cid> head, Cid newest) throws IOException {
    Deque<Cid> found = new ArrayDeque<>();
    Optional<Cid> next = Optional.of(newest);
    while (next.isPresent() && !next.equals(head)) {
      Optional<Advertisement> ad = read(next.get());
      if (ad.isEmpty()) {
        LOG.warn("{}: advertisement {} is damaged or missing, as are older ones", folder, next);
        break;
      }
      found.addFirst(next.get());
      next = ad.get().previous();
    }
    return head.isPresent() && !next.equals(head) ? new ArrayDeque<>() : found;
  }

  private void replay(Optional<Cid> head, Deque<Cid> missing) throws IOException {
    LOG.info("{} is taken into the store: {} advertisements", folder, missing.size());
    Optional<Cid> from = head;
    for (Cid each : missing) {
      Advertisement ad = read(each).orElseThrow(() -> new IOException("gone: " + each));
      putEntries(ad.entries());
      chain.put(ad.dagJson());
      AdChain.Change change =
          ad.removal()
              ? new AdChain.Change.TakenBack(ad.contextId())
              : new AdChain.Change.Advertised(ad.contextId());
      if (!chain.move(from, each, change)) {
        LOG.warn(
            "another node published before {} was taken over: the pieces from advertisement {} on"
                + " are advertised anew",
            folder,
            each);
        return;
      }
      from = Optional.of(each);
    }
    LOG.info("{} is in the store and is needed no longer", folder);
  }

  /** Lists of entries that are missing here are missing there. */
  private void putEntries(Cid first) throws IOException {
    Optional<Cid> next = Optional.of(first).filter(link -> !link.equals(Advertisement.NO_ENTRIES));
    for (int chunk = 0; next.isPresent() && chunk < EntryChunk.CHUNKS_MAX; chunk++) {
      Optional<Bytes> data = folder.get(next.get());
      if (data.isEmpty()) {
        LOG.warn("{}: entries {} are damaged or missing", folder, next.get());
        return;
      }
      chain.put(next.get(), data.get());
      next = EntryChunk.next(data.get());
    }
  }

  private Optional<Advertisement> read(Cid cid) throws IOException {
    return folder.get(cid).map(Advertisement::parse);
  }
}
