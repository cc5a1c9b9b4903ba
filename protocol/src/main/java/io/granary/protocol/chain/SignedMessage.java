package io.granary.protocol.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;

/** A message and its signature by {@code message.from()}. */
public record SignedMessage(Message message, Signature signature) implements CborEncodable {
  /**
   * The CID the chain knows the message by: of the unsigned message under a BLS signature, since
   * those are aggregated away, else of the signed one (lotus chain/types/signedmessage.go).
   */
  public Cid cid() {
    return signature.kind() == Signature.Kind.BLS ? message.cid() : Cid.dagCborBlake2b(toCbor());
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static SignedMessage fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "SignedMessage", SignedMessage::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static SignedMessage readFrom(CborReader reader) {
    return reader.struct(
        "",
        2,
        r ->
            new SignedMessage(
                r.nested("message", Message::readFrom),
                r.nested("signature", Signature::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).value(message).value(signature);
  }
}
