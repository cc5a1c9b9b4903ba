package io.granary.bridge.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.protocol.Bytes;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.Transfer;
import io.granary.protocol.json.JsonText;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that a client has to know of a deal to go on with it after it was killed.
 *
 * @param made when the proposal was signed
 * @param source what was stored, for people
 * @param root root of the payload, under which it is retrieved by {@code /ipfs}
 * @param car the CAR's file on this machine
 * @param recipient who can read it; empty for content that is not encrypted
 * @param signed the proposal, as it was or will be sent
 * @param serving how the provider gets the CAR; empty for an offline deal
 * @param message the provider's last word
 */
public record DealRecord(
    DealId id,
    Instant made,
    String source,
    Provider provider,
    Cid root,
    String car,
    long carBytes,
    Optional<String> recipient,
    ClientDealProposal signed,
    Optional<Serving> serving,
    boolean skipIpniAnnounce,
    boolean removeUnsealedCopy,
    DealStage stage,
    String checkpoint,
    String message) {

  /**
   * Where the CAR is served.
   *
   * @param host of this machine, where we listen
   * @param url what the provider was told
   * @param authorization what it has to send
   */
  public record Serving(String host, int port, URI url, String authorization) {
    /** What a request of the provider shows. */
    public CarServer.Access access() {
      return new CarServer.Access(url.getRawPath(), authorization);
    }

    /** Without the secrets. */
    @Override
    public String toString() {
      return "served at " + host + ":" + port;
    }
  }

  /** The same, further on. */
  public DealRecord at(DealStage newStage, String newCheckpoint, String newMessage) {
    return new DealRecord(
        id,
        made,
        source,
        provider,
        root,
        car,
        carBytes,
        recipient,
        signed,
        serving,
        skipIpniAnnounce,
        removeUnsealedCopy,
        newStage,
        newCheckpoint,
        newMessage);
  }

  /** What the provider is sent. */
  public DealParams params() {
    Transfer transfer =
        serving
            .map(from -> new Transfer(carBytes, Transfer.HTTP, transferParams(from), ""))
            .orElse(Transfer.NONE);
    return new DealParams(
        id,
        transfer,
        serving.isEmpty(),
        Optional.of(root),
        skipIpniAnnounce,
        Optional.of(signed),
        removeUnsealedCopy);
  }

  /** Boost transport/types, HttpRequest. */
  private static Bytes transferParams(Serving from) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("URL", from.url().toString());
    json.putObject("Headers").put("Authorization", from.authorization());
    return Bytes.of(JsonText.write(json).getBytes(StandardCharsets.UTF_8));
  }

  ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("deal", id.toString())
            .put("made", made.toString())
            .put("source", source)
            .put("provider", provider.miner().toString())
            .put("peer", provider.peer().toString());
    ArrayNode addresses = json.putArray("addresses");
    provider.addresses().forEach(address -> addresses.add(address.toString()));
    json.put("root", root.toString())
        .put("car", car)
        .put("carBytes", carBytes)
        .put("signed", signed.toCbor().toHex())
        .put("skipIpniAnnounce", skipIpniAnnounce)
        .put("removeUnsealedCopy", removeUnsealedCopy)
        .put("stage", stage.name())
        .put("checkpoint", checkpoint)
        .put("message", message);
    recipient.ifPresent(text -> json.put("recipient", text));
    serving.ifPresent(
        from ->
            json.putObject("serving")
                .put("host", from.host())
                .put("port", from.port())
                .put("url", from.url().toString())
                .put("authorization", from.authorization()));
    return json;
  }

  /**
   * Reads {@link #toJson}.
   *
   * @throws IllegalArgumentException when it has another form
   */
  static DealRecord fromJson(JsonNode json) {
    List<Multiaddr> addresses = new ArrayList<>();
    json.path("addresses").forEach(text -> addresses.add(Multiaddr.parse(text.asText())));
    JsonNode serving = json.path("serving");
    return new DealRecord(
        DealId.parse(json.path("deal").asText()),
        Instant.parse(json.path("made").asText()),
        json.path("source").asText(),
        new Provider(
            Address.parse(json.path("provider").asText()),
            PeerId.parse(json.path("peer").asText()),
            addresses),
        Cid.parse(json.path("root").asText()),
        json.path("car").asText(),
        json.path("carBytes").asLong(),
        Optional.of(json.path("recipient").asText("")).filter(text -> !text.isEmpty()),
        ClientDealProposal.fromCbor(Bytes.fromHex(json.path("signed").asText())),
        serving.isObject() ? Optional.of(serving(serving)) : Optional.empty(),
        json.path("skipIpniAnnounce").asBoolean(),
        json.path("removeUnsealedCopy").asBoolean(),
        DealStage.valueOf(json.path("stage").asText()),
        json.path("checkpoint").asText(""),
        json.path("message").asText(""));
  }

  private static Serving serving(JsonNode json) {
    return new Serving(
        json.path("host").asText(),
        json.path("port").asInt(),
        URI.create(json.path("url").asText()),
        json.path("authorization").asText());
  }
}
