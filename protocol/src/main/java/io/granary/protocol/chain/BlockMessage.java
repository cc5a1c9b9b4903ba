package io.granary.protocol.chain;

import io.granary.protocol.cid.Cid;
import java.util.List;

/**
 * A block as it travels: its signed header and the CIDs of its messages in their order (lotus
 * BlockMsg).
 *
 * @param blsMessages CIDs of the messages whose signatures are aggregated in the header
 * @param secpkMessages CIDs of the others, signatures included
 */
public record BlockMessage(BlockHeader header, List<Cid> blsMessages, List<Cid> secpkMessages) {
  public BlockMessage {
    blsMessages = List.copyOf(blsMessages);
    secpkMessages = List.copyOf(secpkMessages);
  }

  /** The block's CID. */
  public Cid cid() {
    return header.cid();
  }
}
