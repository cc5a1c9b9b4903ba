package io.granary.prover.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobId;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobStoreTest {
  private static final ActorId MINER = new ActorId(1000);

  @TempDir Path home;
  private StoragePaths paths;
  private StoragePath path;
  private BlobStore blobs;

  @BeforeEach
  void attach() {
    StoragePath.create(home, 1, true, true, 0);
    paths = StoragePaths.open(new ProverWorkersSettings.Storage(List.of(home), 0, 2));
    path = paths.paths().get(0);
    blobs = new BlobStore(paths);
  }

  @AfterEach
  void detach() {
    paths.close();
  }

  private BlobRef blob(String text) throws IOException {
    Path file = blobs.sectorFolder(path, SectorId.of(1000, 1)).resolve("c1");
    DurableFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
    return blobs.describe(path, file);
  }

  @Test
  void deletesRecoveredBytes_whenTheyAreOld() throws IOException {
    Instant limit = Instant.parse("2026-01-02T03:04:05Z");
    assertThat(blobs.sweepUnsealed(path, limit)).isZero();
    Path old = blobs.unsealedFile(path, new JobId("a".repeat(64)));
    Path fresh = blobs.unsealedFile(path, new JobId("b".repeat(64)));
    Path receipt = old.resolveSibling(old.getFileName() + ".receipt");
    Path other = blobs.sectorFolder(path, SectorId.of(1000, 1)).resolve("c1");
    for (Path file : List.of(old, fresh, receipt, other)) {
      DurableFiles.write(file, new byte[1]);
      Files.setLastModifiedTime(file, FileTime.from(limit.minusSeconds(1)));
    }
    Files.setLastModifiedTime(fresh, FileTime.from(limit));
    assertThat(blobs.sweepUnsealed(path, limit)).isEqualTo(2);
    assertThat(old).doesNotExist();
    assertThat(receipt).doesNotExist();
    assertThat(fresh).exists();
    assertThat(other).exists();
    assertThat(blobs.sweepUnsealed(path, limit)).isZero();
  }

  @Test
  void findsABlob_onlyWhileItsBytesAreRight() throws IOException {
    BlobRef blob = blob("abc");
    assertThat(blob.length()).isEqualTo(3);
    // FIPS 180-4 example: SHA-256("abc")
    assertThat(blob.sha256())
        .isEqualTo(
            Bytes.fromHex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    Path file = blobs.find(blob).orElseThrow();
    Files.writeString(file, "abd");
    assertThat(blobs.find(blob)).isEmpty();
    Files.writeString(file, "abcd");
    assertThat(blobs.find(blob)).isEmpty();
    blobs.delete(blob);
    blobs.delete(blob);
    assertThat(file).doesNotExist();
    assertThat(blobs.find(blob)).isEmpty();
  }

  @Test
  void refusesAPathThatLeadsOut_whenABlobNamesOne() throws IOException {
    BlobRef good = blob("abc");
    BlobRef evil =
        new BlobRef(good.storageId(), ".granary/blobs/../../sectorstore.json", 3, good.sha256());
    assertThatThrownBy(() -> blobs.find(evil)).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> blobs.delete(evil)).isInstanceOf(StorageException.class);
    BlobRef absolute = new BlobRef(good.storageId(), "/etc/passwd", 3, good.sha256());
    assertThatThrownBy(() -> blobs.find(absolute)).isInstanceOf(StorageException.class);
  }

  @Test
  void findsNothing_whenTheStoragePathIsNotAttached() throws IOException {
    BlobRef good = blob("abc");
    assertThat(blobs.find(new BlobRef("elsewhere", good.path(), 3, good.sha256()))).isEmpty();
  }

  @Test
  void keepsTheNewestRuns_whenPruned() throws IOException {
    for (int run = 0; run < 4; run++) {
      Path folder =
          blobs.vanillaFolder(path, MINER, 3, 0, new JobId(Integer.toString(run).repeat(64)));
      Files.writeString(folder.resolve("1.vanilla"), "x");
      Files.setLastModifiedTime(folder, FileTime.fromMillis(1000L * run));
    }
    blobs.pruneVanilla(path, MINER, 3, 0, 2);
    blobs.pruneVanilla(path, MINER, 3, 1, 2);
    Path partition = home.resolve(".granary/blobs/post/t01000/d3-p0");
    assertThat(partition.resolve("0".repeat(32))).doesNotExist();
    assertThat(partition.resolve("1".repeat(32))).doesNotExist();
    assertThat(partition.resolve("2".repeat(32))).exists();
    assertThat(partition.resolve("3".repeat(32)).resolve("1.vanilla")).exists();
  }
}
