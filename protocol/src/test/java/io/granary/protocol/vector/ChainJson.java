package io.granary.protocol.vector;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.BeaconEntry;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.ElectionProof;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.PoStProof;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.cid.Cid;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads the JSON of messages and blocks in the vector files, apart from the product's reader. */
public final class ChainJson {
  private ChainJson() {}

  /** A message. */
  public static Message message(JsonNode json) {
    return new Message(
        Address.parse(json.required("To").asText()),
        Address.parse(json.required("From").asText()),
        json.required("Nonce").bigIntegerValue().longValue(),
        TokenAmount.parse(json.required("Value").asText()),
        json.required("GasLimit").longValue(),
        TokenAmount.parse(json.required("GasFeeCap").asText()),
        TokenAmount.parse(json.required("GasPremium").asText()),
        json.required("Method").bigIntegerValue().longValue(),
        bytes(json.required("Params")));
  }

  /** A signature. */
  public static Signature signature(JsonNode json) {
    return new Signature(
        Signature.Kind.of(json.required("Type").intValue()), bytes(json.required("Data")));
  }

  /** A CID in its object form. */
  public static Cid cid(JsonNode json) {
    return Cid.parse(json.required("/").asText());
  }

  /** Base64, or nothing for null. */
  public static Bytes bytes(JsonNode json) {
    return json.isNull() ? Bytes.empty() : Bytes.of(Base64.getDecoder().decode(json.asText()));
  }

  /** A block header. */
  public static BlockHeader block(JsonNode json) {
    return new BlockHeader(
        Address.parse(json.required("Miner").asText()),
        optional(json.required("Ticket"), ticket -> bytes(ticket.required("VRFProof"))),
        optional(
            json.required("ElectionProof"),
            proof ->
                new ElectionProof(
                    proof.required("WinCount").longValue(), bytes(proof.required("VRFProof")))),
        list(
            json.required("BeaconEntries"),
            entry ->
                new BeaconEntry(
                    entry.required("Round").longValue(), bytes(entry.required("Data")))),
        list(
            json.required("WinPoStProof"),
            proof ->
                new PoStProof(
                    new RegisteredPoStProof(proof.required("PoStProof").intValue()),
                    bytes(proof.required("ProofBytes")))),
        list(json.required("Parents"), ChainJson::cid),
        new BigInteger(json.required("ParentWeight").asText()),
        new Epoch(json.required("Height").longValue()),
        cid(json.required("ParentStateRoot")),
        cid(json.required("ParentMessageReceipts")),
        cid(json.required("Messages")),
        optional(json.required("BLSAggregate"), ChainJson::signature),
        json.required("Timestamp").longValue(),
        optional(json.required("BlockSig"), ChainJson::signature),
        json.required("ForkSignaling").longValue(),
        TokenAmount.parse(json.required("ParentBaseFee").asText()));
  }

  private static <T> Optional<T> optional(JsonNode json, Function<JsonNode, T> read) {
    return json.isNull() ? Optional.empty() : Optional.of(read.apply(json));
  }

  private static <T> List<T> list(JsonNode json, Function<JsonNode, T> read) {
    List<T> items = new ArrayList<>();
    json.forEach(item -> items.add(read.apply(item)));
    return items;
  }
}
