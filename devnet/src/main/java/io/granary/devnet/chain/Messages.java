package io.granary.devnet.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.cid.Cid;
import java.util.List;

/** The lists of messages and receipts that headers point to. */
public final class Messages {
  private Messages() {}

  public static boolean isBls(SignedMessage signed) {
    return signed.signature().kind() == Signature.Kind.BLS;
  }

  /** Bytes of a message as it stands on chain: BLS signatures are aggregated away. */
  public static int chainLength(SignedMessage signed) {
    return isBls(signed) ? signed.message().toCbor().length() : signed.toCbor().length();
  }

  /**
   * The object a header's Messages points to: the CIDs of BLS messages and those of the others. A
   * node keeps two arrays of links instead (README).
   */
  public static Bytes meta(List<SignedMessage> messages) {
    CborWriter writer = new CborWriter().array(2);
    writer.list(
        messages.stream().filter(Messages::isBls).map(SignedMessage::cid).toList(),
        CborWriter::cid);
    writer.list(
        messages.stream().filter(signed -> !isBls(signed)).map(SignedMessage::cid).toList(),
        CborWriter::cid);
    return writer.toBytes();
  }

  /** The object a header's ParentMessageReceipts points to. */
  public static Bytes receipts(List<Receipt> receipts) {
    return new CborWriter()
        .list(
            receipts,
            (w, receipt) ->
                w.array(4)
                    .int64(receipt.exitCode())
                    .bytes(receipt.returnValue())
                    .int64(receipt.gasUsed())
                    .optional(receipt.eventsRoot(), CborWriter::cid))
        .toBytes();
  }

  static Cid root(Bytes object) {
    return Cid.dagCborBlake2b(object);
  }
}
