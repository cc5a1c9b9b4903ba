package io.granary.bridge.ipni;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.retrieval.http.Answer;
import io.granary.bridge.retrieval.http.Part;
import io.granary.bridge.retrieval.http.RequestHead;
import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.MemoryAdChain;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class IpniPublisherIT {
  private static final String TOPIC = "/indexer/ingest/test";
  private static final List<Multiaddr> ADDRESSES =
      List.of(Multiaddr.parse("/dns4/sp.example/tcp/443/https"));

  private final MemoryAdChain store = new MemoryAdChain();
  private final Identity identity = Identity.generate();

  @Test
  void chainsAdvertisementAndRemoval_whenReadLikeAnIndexer() throws IOException {
    IpniPublisher publisher = new IpniPublisher(identity, ADDRESSES, store);
    IpniAnswers answers = new IpniAnswers(identity, store, TOPIC);
    assertThat(answers.answer(request("head")).status()).isEqualTo(204);
    List<Bytes> multihashes = multihashes(EntryChunk.MULTIHASHES_MAX + 3);
    IpniPublisher.Published published =
        publisher.advertise(piece(1), multihashes.iterator()).orElseThrow();
    assertThat(published.listed()).isEqualTo(multihashes.size());
    assertThat(published.leftOut()).isZero();
    JsonNode ad = json(answers, head(answers));
    assertThat(ad.required("IsRm").booleanValue()).isFalse();
    assertThat(ad.required("Provider").asText()).isEqualTo(identity.peerId().toString());
    assertThat(ad.has("PreviousID")).isFalse();
    Cid entries = Cid.parse(ad.required("Entries").required("/").asText());
    Answer chunk = answers.answer(request(entries.toString()));
    assertThat(chunk.headers()).containsEntry("Content-Type", "application/cbor");

    assertThat(publisher.remove(piece(1))).isTrue();
    JsonNode back = json(answers, head(answers));
    assertThat(back.required("IsRm").booleanValue()).isTrue();
    assertThat(back.required("PreviousID").required("/").asText())
        .isEqualTo(published.by().toString());
    assertThat(back.required("ContextID")).isEqualTo(ad.required("ContextID"));
    assertThat(publisher.head()).contains(head(answers));
  }

  @Test
  void goesOnWithTheChain_whenOpenedAgain() throws IOException {
    IpniPublisher first = new IpniPublisher(identity, ADDRESSES, store);
    Cid head = first.advertise(piece(1), multihashes(5).iterator()).orElseThrow().by();
    IpniPublisher second = new IpniPublisher(identity, ADDRESSES, store);
    assertThat(second.head()).contains(head);
    assertThat(second.advertise(piece(1), multihashes(5).iterator())).isEmpty();
    assertThat(second.advertise(piece(2), multihashes(0).iterator())).isEmpty();
    assertThat(second.remove(piece(2))).isFalse();
    assertThat(second.remove(piece(1))).isTrue();
    assertThat(second.advertise(piece(1), multihashes(5).iterator())).isPresent();
  }

  @Test
  void tellsEachIndexer_whenOneRefusesAndOneIsGone() throws IOException {
    List<Bytes> bodies = new CopyOnWriteArrayList<>();
    HttpServer indexer =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    indexer.createContext(
        "/",
        exchange -> {
          bodies.add(Bytes.of(exchange.getRequestBody().readAllBytes()));
          int status = exchange.getRequestURI().getPath().equals("/good") ? 204 : 400;
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    indexer.start();
    try {
      String base = "http://127.0.0.1:" + indexer.getAddress().getPort();
      Announcer announcer =
          new Announcer(
              HttpClient.newHttpClient(),
              List.of(
                  URI.create(base + "/good"),
                  URI.create(base + "/bad"),
                  URI.create("http://127.0.0.1:1/gone")),
              ADDRESSES,
              identity.peerId(),
              Duration.ofSeconds(5));
      Cid head = Cid.of(DagJson.CODEC, Cid.SHA2_256, Sha256.hash(Bytes.empty()));
      List<Announcer.Outcome> outcomes =
          announcer.announce(head, announcer.indexers()).toCompletableFuture().join();
      assertThat(outcomes).extracting(Announcer.Outcome::told).containsExactly(true, false, false);
      assertThat(outcomes.get(1).reason()).contains("400");
      Multiaddr address = ADDRESSES.get(0).withPeer(identity.peerId());
      assertThat(bodies).contains(new Announcement(head, List.of(address)).encode());
    } finally {
      indexer.stop(0);
    }
  }

  private static Cid head(IpniAnswers answers) throws IOException {
    Answer answer = answers.answer(request("head"));
    assertThat(answer.headers().get("Cache-Control")).contains("no-store");
    JsonNode head = new ObjectMapper().readTree(body(answer));
    assertThat(head.required("topic").asText()).isEqualTo(TOPIC);
    return Cid.parse(head.required("head").required("/").asText());
  }

  private static JsonNode json(IpniAnswers answers, Cid cid) throws IOException {
    byte[] body = body(answers.answer(request(cid.toString())));
    assertThat(Sha256.hash(Bytes.of(body))).isEqualTo(cid.digest());
    return new ObjectMapper().readTree(body);
  }

  private static byte[] body(Answer answer) throws IOException {
    Part part = answer.body().next(UnpooledByteBufAllocator.DEFAULT, 1 << 20).orElseThrow();
    byte[] body = ByteBufUtil.getBytes(((Part.InMemory) part).data());
    part.release();
    return body;
  }

  private static RequestHead request(String name) {
    return new RequestHead(
        "GET", List.of("ipni", "v1", "ad", name), Map.of(), Map.of(), true, true);
  }

  private static List<Bytes> multihashes(int count) {
    List<Bytes> multihashes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      multihashes.add(Bytes.concat(Bytes.fromHex("1220"), Sha256.hash(Varint.encode(i))));
    }
    return multihashes;
  }

  private static Commitment piece(int number) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) number;
    return new Commitment(Bytes.of(bytes));
  }
}
