package io.granary.protocol.json;

import static io.granary.protocol.json.BlockCodecs.SIGNATURE;
import static io.granary.protocol.json.JsonScalars.AMOUNT;
import static io.granary.protocol.json.JsonScalars.BOOL;
import static io.granary.protocol.json.JsonScalars.BYTES;
import static io.granary.protocol.json.JsonScalars.CID;
import static io.granary.protocol.json.JsonScalars.COUNT;
import static io.granary.protocol.json.JsonScalars.EPOCH;
import static io.granary.protocol.json.JsonScalars.INTEGER;
import static io.granary.protocol.json.JsonScalars.TEXT;
import static io.granary.protocol.json.JsonScalars.TIPSET_KEY;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.CallResult;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.MessageLookup;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.cid.Cid;
import java.util.List;
import java.util.Optional;

/**
 * Codecs of messages, signed messages, receipts and simulated calls. A message is written in two
 * forms: as a parameter, without its CID, and as an answer, with it.
 */
public final class MessageCodecs {
  static final JsonCodec<Signature.Kind> KIND =
      COUNT.map(
          number -> Signature.Kind.of((int) Math.min(number, Integer.MAX_VALUE)),
          kind -> (long) kind.number());

  public static final JsonCodec<Receipt> RECEIPT =
      JsonCodec.object(
          at ->
              new Receipt(
                  at.get("ExitCode", INTEGER),
                  at.get("Return", BYTES),
                  at.get("GasUsed", COUNT),
                  at.get("EventsRoot", CID.orNull())),
          (receipt, out) ->
              out.put("ExitCode", INTEGER, receipt.exitCode())
                  .put("Return", BYTES, receipt.returnValue())
                  .put("GasUsed", COUNT, receipt.gasUsed())
                  .put("EventsRoot", CID.orNull(), receipt.eventsRoot()));

  /**
   * A lookup. {@code ReturnDec}, the node's own reading of the return value, is not kept: it is
   * best effort and absent for some methods (chain.md 2.4, traps). Written as null.
   */
  public static final JsonCodec<MessageLookup> LOOKUP =
      JsonCodec.object(
          at ->
              new MessageLookup(
                  at.get("Message", CID),
                  at.get("Receipt", RECEIPT),
                  at.get("TipSet", TIPSET_KEY),
                  at.get("Height", EPOCH)),
          (lookup, out) -> writeLookup(lookup, NullNode.instance, out));

  /** The zero UUID, which Go clients send for "none". */
  private static final String NO_UUID = "00000000-0000-0000-0000-000000000000";

  /**
   * A send spec; the default one is written null. {@code MaximizeFeeCap} is left out while false,
   * which a node reads alike.
   */
  public static final JsonCodec<SendSpec> SEND_SPEC =
      JsonCodec.of(
          at -> at.isNull() ? SendSpec.DEFAULT : readSendSpec(at),
          spec -> spec.equals(SendSpec.DEFAULT) ? NullNode.instance : writeSendSpec(spec));

  private final JsonCodec<Message> parameter;
  private final JsonCodec<Message> answer;
  private final JsonCodec<SignedMessage> signedParameter;
  private final JsonCodec<SignedMessage> signedAnswer;
  private final JsonCodec<CallResult> callResult;

  MessageCodecs(JsonCodec<Address> address) {
    parameter =
        JsonCodec.object(
            at -> readParameter(at, address), (m, out) -> writeMessage(m, address, out));
    answer =
        JsonCodec.object(
            at -> readAnswer(at, address),
            (m, out) -> {
              writeMessage(m, address, out);
              out.put("CID", CID, m.cid());
            });
    signedParameter =
        JsonCodec.object(
            at -> new SignedMessage(at.get("Message", parameter), at.get("Signature", SIGNATURE)),
            (signed, out) ->
                out.put("Message", parameter, signed.message())
                    .put("Signature", SIGNATURE, signed.signature()));
    signedAnswer =
        JsonCodec.object(
            this::readSignedAnswer,
            (signed, out) ->
                out.put("Message", answer, signed.message())
                    .put("Signature", SIGNATURE, signed.signature())
                    .put("CID", CID, signed.cid()));
    callResult = JsonCodec.object(this::readCall, (call, out) -> writeCall(call, address, out));
  }

  /**
   * A message as a parameter. Version, nonce and the gas members may be absent, as a node allows,
   * and read as 0; a CID beside them is passed over.
   */
  public JsonCodec<Message> parameter() {
    return parameter;
  }

  /** A message as an answer; its CID must be the one computed from it. */
  public JsonCodec<Message> answer() {
    return answer;
  }

  /** A signed message as a parameter, without CIDs. */
  public JsonCodec<SignedMessage> signedParameter() {
    return signedParameter;
  }

  /** A signed message as an answer; its CIDs must be those computed from it. */
  public JsonCodec<SignedMessage> signedAnswer() {
    return signedAnswer;
  }

  /**
   * What StateCall answers. Gas costs are all zero for a call and not kept; of the execution trace
   * the top call is written, and none is read.
   */
  public JsonCodec<CallResult> callResult() {
    return callResult;
  }

  /** A lookup with the decoded return value that a node adds where it can. */
  public static JsonNode lookup(MessageLookup lookup, JsonNode returnDecoded) {
    JsonMembers out = new JsonMembers();
    writeLookup(lookup, returnDecoded, out);
    return out.toNode();
  }

  private static void writeLookup(MessageLookup lookup, JsonNode returnDecoded, JsonMembers out) {
    out.put("Message", CID, lookup.message())
        .put("Receipt", RECEIPT, lookup.receipt())
        .put("ReturnDec", returnDecoded)
        .put("TipSet", TIPSET_KEY, lookup.tipSet())
        .put("Height", EPOCH, lookup.height());
  }

  private static Message readParameter(JsonCursor at, JsonCodec<Address> address) {
    requireVersionZero(at, at.getOr("Version", INTEGER, 0L));
    return new Message(
        at.get("To", address),
        at.get("From", address),
        at.getOr("Nonce", COUNT, 0L),
        at.getOr("Value", AMOUNT, TokenAmount.ZERO),
        at.getOr("GasLimit", COUNT, 0L),
        at.getOr("GasFeeCap", AMOUNT, TokenAmount.ZERO),
        at.getOr("GasPremium", AMOUNT, TokenAmount.ZERO),
        at.getOr("Method", COUNT, 0L),
        at.getOr("Params", BYTES, Bytes.empty()));
  }

  private static Message readAnswer(JsonCursor at, JsonCodec<Address> address) {
    requireVersionZero(at, at.get("Version", INTEGER));
    Message message =
        new Message(
            at.get("To", address),
            at.get("From", address),
            at.get("Nonce", COUNT),
            at.get("Value", AMOUNT),
            at.get("GasLimit", COUNT),
            at.get("GasFeeCap", AMOUNT),
            at.get("GasPremium", AMOUNT),
            at.get("Method", COUNT),
            at.get("Params", BYTES));
    // Also of a secp message: the inner CID is the unsigned one's (recorded).
    requireCid(at, message.cid(), at.get("CID", CID));
    return message;
  }

  private SignedMessage readSignedAnswer(JsonCursor at) {
    SignedMessage signed =
        new SignedMessage(at.get("Message", answer), at.get("Signature", SIGNATURE));
    requireCid(at, signed.cid(), at.get("CID", CID));
    return signed;
  }

  private static void writeMessage(Message message, JsonCodec<Address> address, JsonMembers out) {
    out.put("Version", COUNT, 0L)
        .put("To", address, message.to())
        .put("From", address, message.from())
        .put("Nonce", COUNT, message.nonce())
        .put("Value", AMOUNT, message.value())
        .put("GasLimit", COUNT, message.gasLimit())
        .put("GasFeeCap", AMOUNT, message.gasFeeCap())
        .put("GasPremium", AMOUNT, message.gasPremium())
        .put("Method", COUNT, message.method())
        .put("Params", BYTES, message.params());
  }

  private CallResult readCall(JsonCursor at) {
    return new CallResult(
        at.get("MsgCid", CID),
        at.get("Msg", answer),
        at.get("MsgRct", RECEIPT),
        at.get("Error", TEXT),
        at.get("Duration", COUNT));
  }

  private void writeCall(CallResult call, JsonCodec<Address> address, JsonMembers out) {
    out.put("MsgCid", CID, call.messageCid())
        .put("Msg", answer, call.message())
        .put("MsgRct", RECEIPT, call.receipt())
        .put("GasCost", noGasCost())
        .put("ExecutionTrace", topCall(call, address))
        .put("Error", TEXT, call.error())
        .put("Duration", COUNT, call.durationNanos());
  }

  private static JsonNode noGasCost() {
    JsonMembers cost = new JsonMembers().put("Message", NullNode.instance);
    for (String part :
        List.of(
            "GasUsed",
            "BaseFeeBurn",
            "OverEstimationBurn",
            "MinerPenalty",
            "MinerTip",
            "Refund",
            "TotalCost")) {
      cost.put(part, AMOUNT, TokenAmount.ZERO);
    }
    return cost.toNode();
  }

  private static JsonNode topCall(CallResult call, JsonCodec<Address> address) {
    Message message = call.message();
    JsonNode msg =
        new JsonMembers()
            .put("From", address, message.from())
            .put("To", address, message.to())
            .put("Value", AMOUNT, message.value())
            .put("Method", COUNT, message.method())
            .put("Params", BYTES, message.params())
            .put("ParamsCodec", COUNT, codecOf(message.params()))
            .put("GasLimit", COUNT, message.gasLimit())
            .put("ReadOnly", BOOL, false)
            .toNode();
    JsonNode receipt =
        new JsonMembers()
            .put("ExitCode", INTEGER, call.receipt().exitCode())
            .put("Return", BYTES, call.receipt().returnValue())
            .put("ReturnCodec", COUNT, codecOf(call.receipt().returnValue()))
            .toNode();
    return new JsonMembers()
        .put("Msg", msg)
        .put("MsgRct", receipt)
        .put("InvokedActor", NullNode.instance)
        .put("GasCharges", JsonNodeFactory.instance.arrayNode())
        .put("Subcalls", JsonNodeFactory.instance.arrayNode())
        .put("IpldOps", JsonNodeFactory.instance.arrayNode())
        .toNode();
  }

  /** The IPLD codec a trace names beside bytes: CBOR, or 0 where there are none. */
  private static long codecOf(Bytes value) {
    return value.isEmpty() ? 0 : 0x51;
  }

  private static SendSpec readSendSpec(JsonCursor at) {
    String uuid = at.getOr("MsgUuid", TEXT, NO_UUID);
    return new SendSpec(
        at.getOr("MaxFee", AMOUNT, TokenAmount.ZERO),
        uuid.equals(NO_UUID) ? Optional.empty() : Optional.of(uuid),
        at.getOr("MaximizeFeeCap", BOOL, false));
  }

  private static JsonNode writeSendSpec(SendSpec spec) {
    JsonMembers out =
        new JsonMembers()
            .put("MaxFee", AMOUNT, spec.maxFee())
            .put("MsgUuid", TEXT, spec.messageUuid().orElse(NO_UUID));
    if (spec.maximizeFeeCap()) {
      out.put("MaximizeFeeCap", BOOL, true);
    }
    return out.toNode();
  }

  private static void requireVersionZero(JsonCursor at, long version) {
    if (version != 0) {
      throw at.member("Version").problem("expected message version 0, got " + version);
    }
  }

  private static void requireCid(JsonCursor at, Cid computed, Cid told) {
    if (!computed.equals(told)) {
      throw at.member("CID").problem("computed " + computed + ", told " + told);
    }
  }
}
