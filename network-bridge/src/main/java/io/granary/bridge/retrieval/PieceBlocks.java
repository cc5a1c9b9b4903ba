package io.granary.bridge.retrieval;

import io.granary.bridge.car.BlockException;
import io.granary.bridge.car.BlockHash;
import io.granary.bridge.car.BlockSource;
import io.granary.bridge.unixfs.UnixFsException;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.CopyAwayException;
import io.granary.protocol.port.PieceCopy;
import io.granary.protocol.port.PieceIndex;
import io.granary.protocol.port.PieceReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Blocks out of the pieces here, for one request. Each is compared with its CID before it is given;
 * one that differs is looked for in the next piece that should have it. A DAG was as a rule stored
 * in one go, so from the second block on the neighbours of a block are learnt with it: one question
 * to the index for 4096 blocks, and those of them that are expected are read ahead. Used by one
 * thread at a time.
 */
final class PieceBlocks implements BlockSource, AutoCloseable {
  /** Pieces of one block that are tried. */
  private static final int PLACES_MAX = 8;

  /** Chunks of neighbours that are remembered: some 700 KB each. */
  private static final int CHUNKS_KEPT = 2;

  private final PieceIndex index;
  private final PieceCopies pieces;
  private final Denylist denylist;
  private final int blockBytesMax;
  private final Duration indexLimit;
  private final Map<Chunk, Map<Bytes, PieceIndex.Block>> neighbours = new LinkedHashMap<>();
  private final Map<Commitment, Optional<PieceCopy>> copies = new HashMap<>();
  private final BlocksAhead ahead;
  private int asked;

  private record Chunk(Commitment piece, int number) {}

  /**
   * @param ahead this request's own
   * @param indexLimit for one answer of the index
   */
  PieceBlocks(
      PieceIndex index,
      PieceCopies pieces,
      Denylist denylist,
      BlocksAhead ahead,
      int blockBytesMax,
      Duration indexLimit) {
    this.index = index;
    this.pieces = pieces;
    this.denylist = denylist;
    this.ahead = ahead;
    this.blockBytesMax = blockBytesMax;
    this.indexLimit = indexLimit;
  }

  /**
   * {@inheritDoc}
   *
   * @throws BlockException when its hash function is not known, it is too long, or no piece has
   *     bytes that hash to it
   * @throws SealedBlockException when it can be had by decoding a piece only
   * @throws io.granary.bridge.retrieval.http.HttpProblem 410 when it is on the denylist
   */
  @Override
  public Optional<Bytes> block(Cid cid) throws IOException {
    Optional<ByteBuf> early = early(cid);
    return early.isPresent() ? early.map(PieceBlocks::taken) : late(cid);
  }

  /**
   * The same block in a direct buffer, the caller's to release.
   *
   * @throws UnixFsException of the kind BLOCK_MISSING when no piece here has it
   */
  ByteBuf data(Cid cid, ByteBufAllocator buffers) throws IOException {
    Optional<ByteBuf> early = early(cid);
    if (early.isPresent()) {
      return early.get();
    }
    Bytes data =
        late(cid)
            .orElseThrow(
                () -> new UnixFsException(UnixFsException.Kind.BLOCK_MISSING, "no block " + cid));
    return buffers.directBuffer(data.length()).writeBytes(data.asReadOnlyBuffer());
  }

  private static Bytes taken(ByteBuf data) {
    try {
      return Bytes.of(ByteBufUtil.getBytes(data));
    } finally {
      data.release();
    }
  }

  private Optional<ByteBuf> early(Cid cid) throws IOException {
    denylist.require(cid);
    if (BlockHash.of(cid).isEmpty()) {
      throw new BlockException(cid, "its hash function is not known");
    }
    return ahead.take(cid);
  }

  private Optional<Bytes> late(Cid cid) throws IOException {
    Bytes multihash = cid.multihash();
    for (Map.Entry<Chunk, Map<Bytes, PieceIndex.Block>> chunk : neighbours.entrySet()) {
      PieceIndex.Block block = chunk.getValue().get(multihash);
      if (block != null) {
        Optional<Bytes> data =
            read(cid, chunk.getKey().piece(), block.dataOffset(), block.dataBytes());
        if (data.isPresent()) {
          return data;
        }
      }
    }
    return ask(cid, multihash);
  }

  @Override
  public void expect(Iterable<Cid> next) {
    if (!neighbours.isEmpty()) {
      ahead.expect(next, this::learnt);
    }
  }

  /** Where a block lies, as far as that is known without asking. */
  private Optional<BlocksAhead.Spot> learnt(Cid cid) {
    Bytes multihash = cid.multihash();
    for (Map.Entry<Chunk, Map<Bytes, PieceIndex.Block>> chunk : neighbours.entrySet()) {
      PieceIndex.Block block = chunk.getValue().get(multihash);
      if (block != null && block.dataBytes() <= blockBytesMax) {
        return copy(chunk.getKey().piece())
            .map(copy -> new BlocksAhead.Spot(copy, block.dataOffset(), block.dataBytes()));
      }
    }
    return Optional.empty();
  }

  private Optional<Bytes> ask(Cid cid, Bytes multihash) throws IOException {
    List<PieceIndex.Place> places = await(index.places(multihash, PLACES_MAX));
    boolean damaged = false;
    Optional<CopyAwayException> away = Optional.empty();
    Optional<SealedBlockException> sealed = Optional.empty();
    for (PieceIndex.Place place : places) {
      if (copy(place.piece()).isPresent()) {
        try {
          Optional<Bytes> data = read(cid, place.piece(), place.dataOffset(), place.dataBytes());
          if (data.isPresent()) {
            if (++asked > 1) {
              learn(place);
            }
            return data;
          }
          damaged = true;
        } catch (CopyAwayException e) {
          away = Optional.of(e);
        }
      } else if (sealed.isEmpty()
          && pieces.find(place.piece()) instanceof PieceReader.Lookup.Sealed found) {
        sealed = Optional.of(new SealedBlockException(cid, found, place.dataBytes()));
      }
    }
    if (away.isPresent()) {
      throw away.get();
    }
    if (sealed.isPresent()) {
      throw sealed.get();
    }
    if (damaged) {
      throw new BlockException(cid, "no piece here has bytes that hash to it");
    }
    return Optional.empty();
  }

  private void learn(PieceIndex.Place place) throws IOException {
    Map<Bytes, PieceIndex.Block> blocks = new HashMap<>();
    for (PieceIndex.Block block : await(index.blocks(place.piece(), place.chunk()))) {
      blocks.put(block.multihash(), block);
    }
    if (neighbours.size() == CHUNKS_KEPT) {
      neighbours.remove(neighbours.keySet().iterator().next());
    }
    neighbours.put(new Chunk(place.piece(), place.chunk()), blocks);
  }

  /** Empty when the bytes there are not the block's. */
  private Optional<Bytes> read(Cid cid, Commitment piece, long offset, int length)
      throws IOException {
    if (length > blockBytesMax) {
      throw new BlockException(
          cid, length + " bytes are more than the " + blockBytesMax + " allowed");
    }
    Optional<PieceCopy> copy = copy(piece);
    if (copy.isEmpty()) {
      return Optional.empty();
    }
    return new BlocksAhead.Spot(copy.get(), offset, length).read(cid);
  }

  private Optional<PieceCopy> copy(Commitment piece) {
    if (!copies.containsKey(piece) && copies.size() >= PLACES_MAX) {
      copies.clear();
    }
    return copies.computeIfAbsent(
        piece,
        commP ->
            pieces.find(commP) instanceof PieceReader.Lookup.Here here
                ? Optional.of(here.copy())
                : Optional.empty());
  }

  private <T> T await(CompletionStage<T> answer) throws IOException {
    try {
      return answer
          .toCompletableFuture()
          .orTimeout(indexLimit.toMillis(), TimeUnit.MILLISECONDS)
          .join();
    } catch (CompletionException e) {
      throw new IOException("the piece index does not answer: " + e.getCause(), e);
    }
  }

  /** Drops what was read ahead. */
  @Override
  public void close() {
    ahead.close();
  }
}
