package io.granary.bridge.retrieval;

import io.granary.bridge.car.Block;
import io.granary.bridge.car.BlockException;
import io.granary.bridge.car.CarWriter;
import io.granary.bridge.retrieval.http.Body;
import io.granary.bridge.retrieval.http.HttpProblem;
import io.granary.bridge.unixfs.DagWalk;
import io.granary.bridge.unixfs.UnixFsException;
import io.granary.protocol.cid.Cid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A CAR of version 1 that is written while the DAG is walked. Used by one thread at a time. */
final class CarBody implements Body {
  private final DagWalk walk;
  private final ByteArrayOutputStream made = new ByteArrayOutputStream();
  private final CarWriter writer;
  private boolean ended;

  CarBody(Cid root, DagWalk walk) throws IOException {
    this.walk = walk;
    this.writer = new CarWriter(made, List.of(root));
  }

  @Override
  public OptionalLong length() {
    return OptionalLong.empty();
  }

  /** Whole sections until there are {@code bytesAbout} bytes. */
  @Override
  public Optional<byte[]> next(int bytesAbout) throws IOException {
    while (!ended && made.size() < bytesAbout) {
      Optional<Block> block = walked();
      if (block.isPresent()) {
        writer.write(block.get());
      } else {
        ended = true;
      }
    }
    if (made.size() == 0) {
      return Optional.empty();
    }
    byte[] part = made.toByteArray();
    made.reset();
    return Optional.of(part);
  }

  private Optional<Block> walked() throws IOException {
    try {
      return walk.next();
    } catch (UnixFsException | BlockException | HttpProblem e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    made.reset();
  }
}
