package io.granary.bridge.retrieval;

import io.granary.bridge.car.Block;
import io.granary.bridge.car.BlockException;
import io.granary.bridge.car.CarWriter;
import io.granary.bridge.retrieval.http.Body;
import io.granary.bridge.retrieval.http.HttpProblem;
import io.granary.bridge.unixfs.DagWalk;
import io.granary.bridge.unixfs.UnixFsException;
import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.PieceReader;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** A CAR of version 1 that is written while the DAG is walked. Used by one thread at a time. */
final class CarBody implements Body {
  private final Cid root;
  private final DagWalk walk;
  private final PieceBlocks blocks;
  private final Consumer<PieceReader.Lookup.Sealed> sealed;
  private boolean begun;
  private boolean ended;

  /**
   * A body that closes {@code blocks}, which {@code walk} takes its own from.
   *
   * @param sealed hears of a piece that the walk ended at, since it is sealed
   */
  CarBody(Cid root, DagWalk walk, PieceBlocks blocks, Consumer<PieceReader.Lookup.Sealed> sealed) {
    this.root = root;
    this.walk = walk;
    this.blocks = blocks;
    this.sealed = sealed;
  }

  @Override
  public OptionalLong length() {
    return OptionalLong.empty();
  }

  /** Whole sections until there are {@code bytesAbout} bytes. */
  @Override
  public boolean next(ByteBuf target, int bytesAbout) throws IOException {
    int start = target.writerIndex();
    if (!begun) {
      begun = true;
      write(target, header());
    }
    while (!ended && target.writerIndex() - start < bytesAbout) {
      Optional<Block> block = walked();
      if (block.isPresent()) {
        Bytes cid = block.get().cid().bytes();
        Bytes data = block.get().data();
        Bytes length = Varint.encode((long) cid.length() + data.length());
        target.ensureWritable(length.length() + cid.length() + data.length());
        write(target, length);
        write(target, cid);
        write(target, data);
      } else {
        ended = true;
      }
    }
    return target.writerIndex() > start;
  }

  private static void write(ByteBuf target, Bytes part) {
    target.writeBytes(part.asReadOnlyBuffer());
  }

  private Bytes header() throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    CarWriter unused = new CarWriter(header, List.of(root));
    return Bytes.of(header.toByteArray());
  }

  private Optional<Block> walked() throws IOException {
    try {
      return walk.next();
    } catch (SealedBlockException e) {
      sealed.accept(e.piece());
      throw new IOException(e.getMessage(), e);
    } catch (UnixFsException | BlockException | HttpProblem e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    blocks.close();
  }
}
