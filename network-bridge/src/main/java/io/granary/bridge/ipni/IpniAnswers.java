package io.granary.bridge.ipni;

import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.retrieval.http.Answer;
import io.granary.bridge.retrieval.http.Body;
import io.granary.bridge.retrieval.http.HttpProblem;
import io.granary.bridge.retrieval.http.NotYetException;
import io.granary.bridge.retrieval.http.RequestHead;
import io.granary.bridge.retrieval.http.Route;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.AdChain;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The chain over HTTP (ipni/specs, ipnisync): {@code GET /ipni/v1/ad/head} and {@code GET
 * /ipni/v1/ad/{cid}}. The head is signed anew for each question and never cached, everything else
 * never changes. What the store does not answer at once waits without a thread, so that pieces are
 * served beside a slow store.
 */
public final class IpniAnswers implements Route {
  private static final List<String> PREFIX = List.of("ipni", "v1", "ad");

  /** For the store to answer. */
  private static final Duration STORE_LIMIT = Duration.ofSeconds(10);

  /** Requests that wait for the store at once; what is over it gets 503. */
  private static final int WAITING_MAX = 64;

  private static final Map<String, String> RETRY_LATER =
      Map.of("Retry-After", "10", "Cache-Control", "no-store");

  private static final long CACHE_BYTES_MAX = 16 << 20;

  private final Identity identity;
  private final StoredChain chain;
  private final NodeCache cache = new NodeCache(CACHE_BYTES_MAX);
  private final String topic;
  private final Duration storeLimit;
  private final int waitingMax;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * Answers for the whole chain that {@code store} has for {@code identity}, whichever node
   * published what.
   *
   * @param topic the network of indexers, {@code /indexer/ingest/mainnet} on mainnet
   */
  public IpniAnswers(Identity identity, AdChain store, String topic) {
    this(identity, store, topic, STORE_LIMIT, WAITING_MAX);
  }

  /**
   * @param storeLimit for the store to answer
   * @param waitingMax requests that wait for it at once
   */
  IpniAnswers(Identity identity, AdChain store, String topic, Duration storeLimit, int waitingMax) {
    this.identity = identity;
    this.chain = new StoredChain(store, identity.peerId(), storeLimit);
    this.topic = topic;
    this.storeLimit = storeLimit;
    this.waitingMax = waitingMax;
  }

  @Override
  public boolean takes(List<String> path) {
    return path.size() == PREFIX.size() + 1 && path.subList(0, PREFIX.size()).equals(PREFIX);
  }

  /**
   * {@inheritDoc}
   *
   * @throws NotYetException when the store has not answered yet
   */
  @Override
  public Answer answer(RequestHead head) throws IOException {
    String name = head.path().get(PREFIX.size());
    if (name.equals("head")) {
      return when(chain.askHead(), this::head);
    }
    Cid cid;
    try {
      cid = Cid.parse(name);
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "not a CID: " + e.getMessage());
    }
    Optional<Bytes> cached = cache.get(cid);
    return cached.isPresent()
        ? node(cid, cached.get())
        : when(chain.askNode(cid), found -> stored(cid, found));
  }

  /** Makes an answer of what the store says. */
  private interface Reading<T> {
    Answer of(T said) throws IOException;
  }

  private <T> Answer when(CompletableFuture<T> asked, Reading<T> reading) throws IOException {
    if (asked.isDone()) {
      return now(asked, reading);
    }
    if (waiting.incrementAndGet() > waitingMax) {
      waiting.decrementAndGet();
      throw new HttpProblem(503, "too many wait for the store, ask again", RETRY_LATER);
    }
    throw new NotYetException(
        asked, storeLimit, waiting::decrementAndGet, () -> now(asked, reading));
  }

  private static <T> Answer now(CompletableFuture<T> asked, Reading<T> reading) throws IOException {
    if (!asked.isDone()) {
      throw new HttpProblem(503, "the store does not answer, ask again", RETRY_LATER);
    }
    try {
      return reading.of(asked.join());
    } catch (CompletionException e) {
      throw new IOException("chain of advertisements", e.getCause());
    }
  }

  private Answer head(Optional<Cid> newest) {
    if (newest.isEmpty()) {
      return Answer.empty(204, Map.of("Cache-Control", "no-cache, no-store, must-revalidate"));
    }
    Bytes signed = SignedHead.sign(identity, newest.get(), topic).dagJson();
    return new Answer(
        200,
        Map.of(
            "Content-Type",
            "application/json",
            "Cache-Control",
            "no-cache, no-store, must-revalidate"),
        Body.of(signed.toArray()));
  }

  private Answer stored(Cid cid, Optional<Bytes> found) throws IOException {
    Bytes data =
        StoredChain.checked(cid, found)
            .orElseThrow(() -> new HttpProblem(404, "no advertisement or entries " + cid));
    cache.put(cid, data);
    return node(cid, data);
  }

  private static Answer node(Cid cid, Bytes data) {
    String type = cid.codec() == Cid.DAG_CBOR ? "application/cbor" : "application/json";
    return new Answer(
        200,
        Map.of(
            "Content-Type",
            type,
            "ETag",
            "\"" + cid + "\"",
            "Cache-Control",
            "public, max-age=29030400, immutable"),
        Body.of(data.toArray()));
  }
}
