package io.granary.protocol.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import java.math.BigInteger;
import java.util.Base64;
import java.util.function.Function;

/** Codecs of single values, by the conventions of chain.md 2.3. */
public final class JsonScalars {
  /** Digits allowed in a decimal text: more than 2^1024, which no amount on chain reaches. */
  private static final int DECIMAL_DIGITS_MAX = 310;

  private JsonScalars() {}

  /** A whole number in 64 signed bits, never read through a double. */
  public static final JsonCodec<Long> INTEGER =
      JsonCodec.of(JsonCursor::integer, LongNode::valueOf);

  /** A whole number of at least 0: nonces, indices, gas, sizes. */
  public static final JsonCodec<Long> COUNT =
      JsonCodec.of(
          at -> {
            long value = at.integer();
            if (value < 0) {
              throw at.problem("must not be negative, got " + value);
            }
            return value;
          },
          LongNode::valueOf);

  /** A finite number that may have a fraction: ticket qualities. Whole ones are written whole. */
  public static final JsonCodec<Double> NUMBER =
      JsonCodec.of(
          JsonCursor::number,
          value ->
              value == Math.rint(value) && Math.abs(value) < 1L << 53
                  ? LongNode.valueOf(value.longValue())
                  : DoubleNode.valueOf(value));

  public static final JsonCodec<String> TEXT = JsonCodec.of(JsonCursor::text, TextNode::valueOf);

  public static final JsonCodec<Boolean> BOOL =
      JsonCodec.of(JsonCursor::bool, BooleanNode::valueOf);

  /** A subtree kept as it is. */
  public static final JsonCodec<JsonNode> RAW = JsonCodec.of(JsonCursor::node, Function.identity());

  /** A decimal string: power, weights. */
  public static final JsonCodec<BigInteger> DECIMAL =
      JsonCodec.of(JsonScalars::readDecimal, value -> TextNode.valueOf(value.toString()));

  /** AttoFIL as a decimal string. */
  public static final JsonCodec<TokenAmount> AMOUNT =
      DECIMAL.map(TokenAmount::new, TokenAmount::atto);

  public static final JsonCodec<Epoch> EPOCH = INTEGER.map(Epoch::new, Epoch::value);

  public static final JsonCodec<SectorNumber> SECTOR_NUMBER =
      COUNT.map(SectorNumber::new, SectorNumber::value);

  public static final JsonCodec<RegisteredSealProof> SEAL_PROOF =
      COUNT.map(
          value -> new RegisteredSealProof(Math.toIntExact(Math.min(value, Integer.MAX_VALUE))),
          proof -> (long) proof.number());

  public static final JsonCodec<RegisteredPoStProof> POST_PROOF =
      COUNT.map(
          value -> new RegisteredPoStProof(Math.toIntExact(Math.min(value, Integer.MAX_VALUE))),
          proof -> (long) proof.number());

  public static final JsonCodec<SectorSize> SECTOR_SIZE =
      COUNT.map(SectorSize::ofBytes, SectorSize::bytes);

  /** Standard padded base64; null reads as no bytes, and no bytes are written null. */
  public static final JsonCodec<Bytes> BYTES =
      JsonCodec.of(
          at -> at.isNull() ? Bytes.empty() : Bytes.of(Base64.getDecoder().decode(at.text())),
          bytes ->
              bytes.isEmpty()
                  ? NullNode.instance
                  : TextNode.valueOf(Base64.getEncoder().encodeToString(bytes.toArray())));

  /** {@code {"/":"…"}}. */
  public static final JsonCodec<Cid> CID =
      JsonCodec.object(
          at -> Cid.parse(at.get("/", TEXT)), (cid, out) -> out.put("/", TEXT, cid.toString()));

  /** A CommR as CID. */
  public static final JsonCodec<Commitment> SEALED_CID =
      CID.map(Cid::toSealedCommitment, Cid::commR);

  /** A CommD or CommP as CID. */
  public static final JsonCodec<Commitment> UNSEALED_CID =
      CID.map(Cid::toUnsealedCommitment, Cid::unsealed);

  /** An array of CIDs; null and {@code []} are the head of the moment. */
  public static final JsonCodec<TipSetKey> TIPSET_KEY =
      CID.list().map(TipSetKey::new, TipSetKey::cids);

  /** Run lengths, the first counting leading zeros; the empty set is {@code [0]}. */
  public static final JsonCodec<BitField> BIT_FIELD =
      JsonCodec.of(JsonScalars::readBitField, JsonScalars::writeBitField);

  private static BigInteger readDecimal(JsonCursor at) {
    String text = at.text();
    boolean digits =
        text.length() <= DECIMAL_DIGITS_MAX
            && !text.isEmpty()
            && text.chars().skip(text.startsWith("-") ? 1 : 0).allMatch(c -> c >= '0' && c <= '9');
    if (!digits || text.equals("-")) {
      throw at.problem("expected a decimal integer of at most " + DECIMAL_DIGITS_MAX + " digits");
    }
    return new BigInteger(text);
  }

  private static BitField readBitField(JsonCursor at) {
    return BitField.fromRunLengths(at.elements().stream().map(JsonCursor::integer).toList());
  }

  private static ArrayNode writeBitField(BitField field) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (long run : field.toRunLengths()) {
      array.add(run);
    }
    return array;
  }
}
