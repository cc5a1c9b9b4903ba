package io.granary.bridge.unixfs;

import io.granary.protocol.cid.Cid;
import java.util.List;

/**
 * What a client asks of the trustless gateway (ipfs/specs http-gateways/trustless-gateway).
 *
 * @param path names from the root, already unescaped, none empty
 * @param bytes looked at only for a file with scope ENTITY
 * @param duplicates whether a block that the walk meets again is given again
 */
public record DagRequest(
    Cid root, List<String> path, DagScope scope, EntityBytes bytes, boolean duplicates) {
  public DagRequest {
    path = List.copyOf(path);
    if (path.contains("")) {
      throw new IllegalArgumentException("path: a name is empty");
    }
  }

  /** All of the DAG under {@code root}, repeated blocks too. */
  public static DagRequest all(Cid root) {
    return new DagRequest(root, List.of(), DagScope.ALL, EntityBytes.WHOLE, true);
  }
}
