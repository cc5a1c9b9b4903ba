package io.granary.bridge.ipni;

import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.protocol.cid.Cid;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Tells indexers of a new head by HTTP, once; who asks decides whether those are told again that
 * did not hear it. Thread-safe.
 */
public final class Announcer {
  private final HttpClient client;
  private final List<URI> indexers;
  private final List<Multiaddr> addresses;
  private final Duration limit;

  /**
   * How one indexer took it.
   *
   * @param told whether it answered 200 or 204
   * @param reason when it was not told
   */
  public record Outcome(URI indexer, boolean told, String reason) {}

  /**
   * @param indexers their announce URLs, such as {@code https://cid.contact/announce}
   * @param addresses where the chain is fetched
   * @param limit for one indexer to answer
   */
  public Announcer(
      HttpClient client,
      List<URI> indexers,
      List<Multiaddr> addresses,
      PeerId publisher,
      Duration limit) {
    this.client = client;
    this.indexers = List.copyOf(indexers);
    this.addresses = addresses.stream().map(address -> address.withPeer(publisher)).toList();
    this.limit = limit;
  }

  /** Whom it tells, by their announce URLs. */
  public List<URI> indexers() {
    return indexers;
  }

  /** Tells every indexer of {@code whom}; never fails, each outcome says how it went. */
  public CompletionStage<List<Outcome>> announce(Cid head, List<URI> whom) {
    byte[] body = new Announcement(head, addresses).encode().toArray();
    List<CompletableFuture<Outcome>> asked =
        whom.stream().map(indexer -> tell(indexer, body)).toList();
    return CompletableFuture.allOf(asked.toArray(new CompletableFuture<?>[0]))
        .thenApply(all -> asked.stream().map(CompletableFuture::join).toList());
  }

  private CompletableFuture<Outcome> tell(URI indexer, byte[] body) {
    HttpRequest request =
        HttpRequest.newBuilder(indexer)
            .timeout(limit)
            .header("Content-Type", "application/octet-stream")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return client
        .sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .handle(
            (answer, error) -> {
              if (error != null) {
                return new Outcome(indexer, false, String.valueOf(error.getMessage()));
              }
              boolean told = answer.statusCode() == 200 || answer.statusCode() == 204;
              return new Outcome(indexer, told, told ? "" : "status " + answer.statusCode());
            });
  }
}
