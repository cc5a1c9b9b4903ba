package io.granary.bridge.ipni;

import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.retrieval.http.Answer;
import io.granary.bridge.retrieval.http.Body;
import io.granary.bridge.retrieval.http.HttpProblem;
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

/**
 * The chain over HTTP (ipni/specs, ipnisync): {@code GET /ipni/v1/ad/head} and {@code GET
 * /ipni/v1/ad/{cid}}. The head is signed anew for each question and never cached, everything else
 * never changes.
 */
public final class IpniAnswers implements Route {
  private static final List<String> PREFIX = List.of("ipni", "v1", "ad");

  /** For the store to answer; a worker thread waits for it. */
  private static final Duration STORE_LIMIT = Duration.ofSeconds(10);

  private static final long CACHE_BYTES_MAX = 16 << 20;

  private final Identity identity;
  private final StoredChain chain;
  private final NodeCache cache = new NodeCache(CACHE_BYTES_MAX);
  private final String topic;

  /**
   * Answers for the whole chain that {@code store} has for {@code identity}, whichever node
   * published what.
   *
   * @param topic the network of indexers, {@code /indexer/ingest/mainnet} on mainnet
   */
  public IpniAnswers(Identity identity, AdChain store, String topic) {
    this.identity = identity;
    this.chain = new StoredChain(store, identity.peerId(), STORE_LIMIT);
    this.topic = topic;
  }

  @Override
  public boolean takes(List<String> path) {
    return path.size() == PREFIX.size() + 1 && path.subList(0, PREFIX.size()).equals(PREFIX);
  }

  @Override
  public Answer answer(RequestHead head) throws IOException {
    String name = head.path().get(PREFIX.size());
    return name.equals("head") ? head() : node(name);
  }

  private Answer head() throws IOException {
    Optional<Cid> newest = chain.head();
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

  private Answer node(String name) throws IOException {
    Cid cid;
    try {
      cid = Cid.parse(name);
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "not a CID: " + e.getMessage());
    }
    Bytes data =
        read(cid).orElseThrow(() -> new HttpProblem(404, "no advertisement or entries " + cid));
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

  private Optional<Bytes> read(Cid cid) throws IOException {
    Optional<Bytes> cached = cache.get(cid);
    if (cached.isPresent()) {
      return cached;
    }
    Optional<Bytes> stored = chain.get(cid);
    stored.ifPresent(data -> cache.put(cid, data));
    return stored;
  }
}
