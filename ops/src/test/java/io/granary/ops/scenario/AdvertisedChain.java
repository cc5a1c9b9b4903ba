package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.bridge.libp2p.peer.PublicKey;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A node's chain of advertisements, read over HTTP from its head to its beginning as an indexer
 * does, each part compared with its CID.
 */
public final class AdvertisedChain {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** More than any story here advertises. */
  private static final int ADVERTISEMENTS_MAX = 100;

  private final URI base;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Cid> advertisements = new ArrayList<>();
  private final List<Bytes> chunks = new ArrayList<>();

  private AdvertisedChain(String server) {
    this.base = URI.create(server.replaceAll("/+$", "") + "/ipni/v1/ad/");
  }

  /** The chain whose head {@code signer} has signed, as {@code server} gives it. */
  public static AdvertisedChain read(String server, PeerId signer)
      throws IOException, InterruptedException {
    AdvertisedChain chain = new AdvertisedChain(server);
    Optional<Cid> next = Optional.of(chain.head(signer));
    while (next.isPresent()) {
      chain.advertisements.add(next.get());
      assertThat(chain.advertisements).hasSizeLessThan(ADVERTISEMENTS_MAX);
      JsonNode ad = JSON.readTree(chain.part(next.get()).toArray());
      assertThat(ad.required("Provider").asText()).isEqualTo(signer.toString());
      if (!ad.required("IsRm").asBoolean()) {
        chain.chunks.add(chain.part(link(ad.required("Entries"))));
      }
      next = Optional.ofNullable(ad.get("PreviousID")).map(AdvertisedChain::link);
    }
    return chain;
  }

  private Cid head(PeerId signer) throws IOException, InterruptedException {
    JsonNode head = JSON.readTree(get("head").toArray());
    Cid cid = link(head.required("head"));
    PublicKey key = PublicKey.decode(bytes(head.required("pubkey")));
    assertThat(PeerId.of(key)).isEqualTo(signer);
    Bytes topic = Bytes.of(head.required("topic").asText().getBytes(StandardCharsets.UTF_8));
    assertThat(key.verify(Bytes.concat(cid.bytes(), topic).toArray(), bytes(head.required("sig"))))
        .as("the signature of %s", head)
        .isTrue();
    return cid;
  }

  private Bytes part(Cid cid) throws IOException, InterruptedException {
    Bytes body = get(cid.toString());
    assertThat(Sha256.hash(body)).as("%s", cid).isEqualTo(cid.digest());
    return body;
  }

  private Bytes get(String name) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(base.resolve(name)).timeout(LIMIT).build();
    HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).as("%s", request.uri()).isEqualTo(200);
    return Bytes.of(answer.body());
  }

  private static Cid link(JsonNode dagJson) {
    return Cid.parse(dagJson.required("/").asText());
  }

  private static byte[] bytes(JsonNode dagJson) {
    return Base64.getDecoder().decode(dagJson.required("/").required("bytes").asText());
  }

  /** The newest first. */
  public List<Cid> advertisements() {
    return List.copyOf(advertisements);
  }

  /** Whether some advertisement lists the multihash of {@code block}. */
  public boolean lists(Cid block) {
    String multihash = block.multihash().toHex();
    return chunks.stream().anyMatch(chunk -> chunk.toHex().contains(multihash));
  }
}
