package io.granary.bridge.retrieval;

import io.granary.bridge.libp2p.codec.CodecException;
import io.granary.bridge.libp2p.codec.Multibase;
import io.granary.bridge.retrieval.http.HttpProblem;
import io.granary.protocol.cid.Cid;

/** CIDs as clients write them: any text base that is known, both versions. */
final class CidText {
  private static final int CHARACTERS_MAX = 400;

  private CidText() {}

  /**
   * Reads a CID.
   *
   * @throws HttpProblem 400 when it is none
   */
  static Cid parse(String text) {
    try {
      if (text.startsWith("b") || text.startsWith("Qm")) {
        return Cid.parse(text);
      }
      return Cid.requireMultibase(Cid.fromBytes(Multibase.decode(text, CHARACTERS_MAX, "CID")));
    } catch (IllegalArgumentException | CodecException e) {
      throw new HttpProblem(400, "not a CID: " + e.getMessage());
    }
  }
}
