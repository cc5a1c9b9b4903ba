package io.granary.bridge.retrieval;

import io.granary.bridge.car.BlockException;
import io.granary.bridge.car.CarWriter;
import io.granary.bridge.retrieval.http.Body;
import io.granary.bridge.retrieval.http.HttpProblem;
import io.granary.bridge.retrieval.http.Part;
import io.granary.bridge.unixfs.DagWalk;
import io.granary.bridge.unixfs.UnixFsException;
import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.PieceReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
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
  public Optional<Part> next(ByteBufAllocator buffers, int bytesAbout) throws IOException {
    CompositeByteBuf part = buffers.compositeDirectBuffer(Integer.MAX_VALUE);
    try {
      if (!begun) {
        begun = true;
        part.addComponent(true, buffer(buffers, header()));
      }
      while (!ended && part.readableBytes() < bytesAbout) {
        Optional<DagWalk.Visit> visit = visited();
        if (visit.isPresent()) {
          add(part, visit.get(), buffers);
        } else {
          ended = true;
        }
      }
    } catch (IOException | RuntimeException e) {
      part.release();
      throw e;
    }
    if (part.isReadable()) {
      return Optional.of(Part.of(part));
    }
    part.release();
    return Optional.empty();
  }

  /** A section; a block that was read ahead goes as it is, not copied. */
  private void add(CompositeByteBuf part, DagWalk.Visit visit, ByteBufAllocator buffers)
      throws IOException {
    Bytes cid = visit.cid().bytes();
    ByteBuf data =
        visit.data().isPresent()
            ? buffer(buffers, visit.data().get())
            : checked(() -> blocks.data(visit.cid(), buffers));
    Bytes length = Varint.encode((long) cid.length() + data.readableBytes());
    part.addComponent(true, buffer(buffers, length, cid)).addComponent(true, data);
  }

  private static ByteBuf buffer(ByteBufAllocator buffers, Bytes... parts) {
    int length = Arrays.stream(parts).mapToInt(Bytes::length).sum();
    ByteBuf buffer = buffers.directBuffer(length);
    Arrays.stream(parts).forEach(part -> buffer.writeBytes(part.asReadOnlyBuffer()));
    return buffer;
  }

  private Bytes header() throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    CarWriter unused = new CarWriter(header, List.of(root));
    return Bytes.of(header.toByteArray());
  }

  private Optional<DagWalk.Visit> visited() throws IOException {
    return checked(walk::visit);
  }

  /** Something that asks for blocks. */
  private interface Asking<T> {
    T ask() throws IOException;
  }

  private <T> T checked(Asking<T> asking) throws IOException {
    try {
      return asking.ask();
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
