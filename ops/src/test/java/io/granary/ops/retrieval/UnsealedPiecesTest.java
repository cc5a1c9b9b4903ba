package io.granary.ops.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.MemoryHistory;
import io.granary.ops.stage.StageExtension;
import io.granary.protocol.SectorId;
import io.granary.protocol.Stamp;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.SectorFileType;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.Fr32;
import io.granary.protocol.port.PieceCopy;
import io.granary.protocol.port.PieceReader;
import io.granary.protocol.sector.SectorEvent;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.storage.SectorStore;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(StageExtension.class)
class UnsealedPiecesTest {
  private static final int PAYLOAD_BYTES = 1000;

  private static ManagementStage stage;
  private static SectorId sector = SectorId.of(0, 0);

  @TempDir private Path folder;
  private final byte[] payload = new byte[PAYLOAD_BYTES];
  private StoragePaths storage;
  private UnsealedPieces pieces;

  @BeforeAll
  static void sealAPiece(ManagementStage given) throws IOException {
    stage = given;
    Path file = stage.file(PAYLOAD_BYTES);
    sector = stage.order(JsonNodeFactory.instance.objectNode().put("file", file.toString()));
    stage.awaitState(sector, "Proving");
  }

  @BeforeEach
  void attach() throws IOException {
    new Random(4).nextBytes(payload);
    StoragePath.create(folder, SectorStore.DEFAULT_WEIGHT, true, true, 0);
    storage = StoragePaths.open(new ProverWorkersSettings.Storage(List.of(folder), 0, 2));
    pieces = new UnsealedPieces(storage, new MemoryHistory(id -> stage.journal(id)));
  }

  @AfterEach
  void detach() {
    storage.close();
  }

  @Test
  void readsThePayloadAndTheZerosAfterIt_whenUnsealedFileIsHere() throws IOException {
    unsealed();
    pieces.refresh();
    PieceCopy copy = pieces.copies().get(0);
    assertThat(copy.payloadBytes()).isEqualTo(PAYLOAD_BYTES);
    assertThat(read(copy, 0, PAYLOAD_BYTES)).isEqualTo(payload);
    assertThat(read(copy, 300, 5)).isEqualTo(Arrays.copyOfRange(payload, 300, 305));
    int whole = (int) copy.piece().unpaddedBytes();
    assertThat(read(copy, 0, whole)).isEqualTo(Arrays.copyOf(payload, whole));
    assertThat(pieces.find(copy.piece().commP())).isInstanceOf(PieceReader.Lookup.Here.class);
  }

  @Test
  void saysSo_whenNoCopyIsHere() throws IOException {
    unsealed();
    pieces.refresh();
    Commitment commP = pieces.copies().get(0).piece().commP();
    Files.delete(file());
    storage.declare(sector, SectorFileType.SEALED, storage.paths().get(0));
    pieces.refresh();
    assertThat(pieces.copies()).isEmpty();
    assertThat(pieces.find(commP)).isInstanceOf(PieceReader.Lookup.NoCopy.class);
    unsealed();
    pieces.refresh();
    assertThat(pieces.find(commP)).isInstanceOf(PieceReader.Lookup.Here.class);
  }

  @Test
  void knowsTheJobThatDecodesIt_whenTheReplicaIsHere() throws IOException {
    unsealed();
    pieces.refresh();
    PieceCopy copy = pieces.copies().get(0);
    Commitment commP = copy.piece().commP();
    assertThat(pieces.job(commP)).isEmpty();
    replica();
    pieces.refresh();
    assertThat(pieces.find(commP)).isInstanceOf(PieceReader.Lookup.Here.class);
    PieceReader.Lookup.Sealed sealed =
        new PieceReader.Lookup.Sealed(copy.piece(), PAYLOAD_BYTES, sector);
    pieces.damaged(pieces.copies().get(0));
    assertThat(pieces.find(commP)).isEqualTo(sealed);
    Files.delete(file());
    pieces.refresh();
    assertThat(pieces.find(commP)).isEqualTo(sealed);
    assertThat(pieces.sealed()).containsExactly(sealed);
    JobSpec.Unseal job = pieces.job(commP).orElseThrow();
    assertThat(job.sector()).isEqualTo(sector);
    assertThat(job.offset()).isZero();
    assertThat(job.length()).isEqualTo(PAYLOAD_BYTES);
  }

  private void replica() throws IOException {
    Path replica = storage.paths().get(0).file(sector, SectorFileType.SEALED);
    Files.createDirectories(replica.resolveSibling(""));
    Files.write(replica, new byte[1]);
    storage.declare(sector, SectorFileType.SEALED, storage.paths().get(0));
  }

  @Test
  void givesNoDamagedCopy_untilItsFileChanges() throws IOException {
    unsealed();
    pieces.refresh();
    PieceCopy copy = pieces.copies().get(0);
    pieces.damaged(copy);
    pieces.refresh();
    assertThat(pieces.find(copy.piece().commP())).isInstanceOf(PieceReader.Lookup.NoCopy.class);
    assertThat(pieces.copies()).isEmpty();
    FileTime later = FileTime.from(Files.getLastModifiedTime(file()).toInstant().plusSeconds(1));
    Files.setLastModifiedTime(file(), later);
    pieces.refresh();
    assertThat(pieces.find(copy.piece().commP())).isInstanceOf(PieceReader.Lookup.Here.class);
  }

  @Test
  void forgetsASector_whenItIsGivenUpWhileItsFilesAreStillHere() throws IOException {
    List<SectorEvent> events = new ArrayList<>();
    for (SectorEvent event : stage.journal(sector)) {
      if (event instanceof SectorEvent.PreCommitSeen) {
        break;
      }
      events.add(event);
    }
    pieces = new UnsealedPieces(storage, new MemoryHistory(id -> events));
    unsealed();
    pieces.refresh();
    Commitment commP = pieces.copies().get(0).piece().commP();
    Stamp now = events.get(events.size() - 1).stamp();
    events.add(new SectorEvent.SectorParked(now, "it is stuck", false));
    pieces.refresh();
    assertThat(pieces.find(commP)).isInstanceOf(PieceReader.Lookup.Here.class);
    events.add(new SectorEvent.RemovalOrdered(now, "it is given up"));
    pieces.refresh();
    assertThat(pieces.find(commP)).isInstanceOf(PieceReader.Lookup.Unknown.class);
  }

  @Test
  void tellsWhichPiecesAreOfEndedSectors() throws IOException {
    Set<SectorId> over = new HashSet<>();
    pieces =
        new UnsealedPieces(
            storage, new MemoryHistory(id -> stage.journal(id)), Optional.empty(), all -> over);
    unsealed();
    pieces.refresh();
    Commitment commP = pieces.copies().get(0).piece().commP();
    assertThat(pieces.ended(commP)).isFalse();
    over.add(sector);
    pieces.refresh();
    assertThat(pieces.ended(commP)).isTrue();
    assertThat(pieces.find(commP)).isInstanceOf(PieceReader.Lookup.Here.class);
  }

  @Test
  void knowsNothing_whenNoFileIsHereAnyMore() throws IOException {
    unsealed();
    pieces.refresh();
    Commitment commP = pieces.copies().get(0).piece().commP();
    storage.remove(sector);
    pieces.refresh();
    assertThat(pieces.find(commP)).isInstanceOf(PieceReader.Lookup.Unknown.class);
  }

  private Path file() {
    return storage.paths().get(0).file(sector, SectorFileType.UNSEALED);
  }

  private void unsealed() throws IOException {
    int blocks = PAYLOAD_BYTES / Fr32.UNPADDED_BLOCK + 1;
    byte[] padded = new byte[blocks * Fr32.PADDED_BLOCK];
    Fr32.pad(Arrays.copyOf(payload, blocks * Fr32.UNPADDED_BLOCK), 0, padded, 0, blocks);
    Files.createDirectories(file().resolveSibling(""));
    Files.write(file(), padded);
    storage.declare(sector, SectorFileType.UNSEALED, storage.paths().get(0));
  }

  private static byte[] read(PieceCopy copy, long offset, long length) throws IOException {
    try (InputStream stream = copy.open(offset, length)) {
      return stream.readAllBytes();
    }
  }
}
