package io.granary.bridge.ipni;

import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;
import io.granary.protocol.port.AdChain;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The chain of one peer id in the store. Blocks, each call no longer than a limit. Thread-safe. */
final class StoredChain {
  private final AdChain store;
  private final String peerId;
  private final Duration limit;

  /**
   * @param limit for the store to answer
   */
  StoredChain(AdChain store, PeerId peerId, Duration limit) {
    this.store = store;
    this.peerId = peerId.toString();
    this.limit = limit;
  }

  String peerId() {
    return peerId;
  }

  void put(IpniBlock block) throws IOException {
    put(block.cid(), block.data());
  }

  void put(Cid node, Bytes data) throws IOException {
    boolean unused = await("node " + node, store.put(peerId, node, data).thenApply(done -> true));
  }

  /** The bytes of a node, compared with its CID. */
  Optional<Bytes> get(Cid node) throws IOException {
    return checked(node, await("node " + node, askNode(node)));
  }

  Optional<Cid> head() throws IOException {
    return await("head", askHead());
  }

  /** Asks for the bytes of a node and waits for nothing; they are to be {@link #checked}. */
  CompletableFuture<Optional<Bytes>> askNode(Cid node) {
    return store.get(peerId, node).toCompletableFuture();
  }

  /** Asks for the head and waits for nothing. */
  CompletableFuture<Optional<Cid>> askHead() {
    return store.head(peerId).toCompletableFuture();
  }

  /** The bytes of a node when they are its own. */
  static Optional<Bytes> checked(Cid node, Optional<Bytes> found) throws IOException {
    if (found.isPresent() && !Sha256.hash(found.get()).equals(node.digest())) {
      throw new IOException("the store has other bytes for node " + node + " of the chain");
    }
    return found;
  }

  Optional<Cid> advertised(Bytes contextId) throws IOException {
    return await("context " + contextId.toHex(), store.advertised(peerId, contextId));
  }

  AdChain.Contexts contexts() throws IOException {
    return await("contexts", store.contexts(peerId));
  }

  /** One that throws may have taken place. */
  boolean move(Optional<Cid> from, Cid to, AdChain.Change change) throws IOException {
    return await("move of the head to " + to, store.move(peerId, from, to, change));
  }

  private <T> T await(String what, CompletionStage<T> asked) throws IOException {
    try {
      return asked.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("chain of advertisements, " + what, e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("chain of advertisements, " + what + ": no answer in " + limit, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException)
          new InterruptedIOException("chain of advertisements, " + what).initCause(e);
    }
  }
}
