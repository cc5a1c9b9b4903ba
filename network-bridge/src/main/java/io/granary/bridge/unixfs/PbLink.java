package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A link of a dag-pb node.
 *
 * @param name the UTF-8 of the name; empty between the parts of a file
 * @param treeBytes bytes of all blocks below the link (Tsize), as whoever made the node says
 */
public record PbLink(Cid cid, Bytes name, long treeBytes) {
  /**
   * The name as text.
   *
   * @throws UnixFsException when it is no UTF-8
   */
  public String text() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name.toArray())).toString();
    } catch (CharacterCodingException e) {
      throw new UnixFsException(UnixFsException.Kind.MALFORMED, "link name is no UTF-8", e);
    }
  }
}
