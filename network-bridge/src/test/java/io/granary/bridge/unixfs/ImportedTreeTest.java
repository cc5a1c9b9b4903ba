package io.granary.bridge.unixfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.bridge.car.Block;
import io.granary.bridge.car.Cars;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportedTreeTest {
  private static final UnixFsProfile TINY =
      new UnixFsProfile(1, true, 64, 3, UnixFsProfile.FolderSize.LINKS, 300);

  @TempDir Path scratch;
  private Path source;
  private Path spools;

  @BeforeEach
  void makeFolders() throws IOException {
    source = Files.createDirectory(scratch.resolve("source"));
    spools = Files.createDirectory(scratch.resolve("spools"));
  }

  private ImportedTree read(Path path, UnixFsProfile profile) throws IOException {
    return new UnixFsImporter(profile, ImportLimits.DEFAULT, spools).read(path, bytes -> {});
  }

  private static List<Block> car(ImportedTree tree) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ImportedTree.Written written = tree.writeCar(output);
    List<Block> blocks = Cars.blocks(output.toByteArray());
    assertThat(written).isEqualTo(new ImportedTree.Written(output.size(), blocks.size()));
    return blocks;
  }

  /** The CIDs of a walk from the root, each once, by what the blocks say. */
  private static List<Cid> preOrder(Cid root, List<Block> blocks) {
    Map<Cid, Bytes> byCid = new HashMap<>();
    blocks.forEach(block -> byCid.put(block.cid(), block.data()));
    List<Cid> order = new ArrayList<>();
    visit(root, byCid, order);
    return order;
  }

  private static void visit(Cid cid, Map<Cid, Bytes> blocks, List<Cid> order) {
    if (!order.contains(cid)) {
      order.add(cid);
      if (cid.codec() == Cid.DAG_PB) {
        Bytes block = blocks.getOrDefault(cid, Bytes.empty());
        PbNode.decode(block).links().forEach(link -> visit(link.cid(), blocks, order));
      }
    }
  }

  @Test
  void writesEachBlockOnceInDepthFirstOrder_whenFilesRepeat() throws IOException {
    for (UnixFsProfile profile :
        List.of(TINY, new UnixFsProfile(0, false, 64, 3, UnixFsProfile.FolderSize.LINKS, 300))) {
      Path folder = Files.createDirectories(source.resolve("v" + profile.cidVersion()));
      Path inner = Files.createDirectories(folder.resolve("inner/more"));
      Files.write(folder.resolve("big"), SeededContent.bytes(3, 64 * 30 + 1));
      Files.write(inner.resolve("same as big"), SeededContent.bytes(3, 64 * 30 + 1));
      Files.write(inner.resolve("starts as big"), SeededContent.bytes(3, 64 * 20));
      Files.write(inner.resolve("zeros"), new byte[64 * 40]);
      Files.write(folder.resolve("none"), new byte[0]);
      for (int i = 0; i < 40; i++) {
        Files.writeString(inner.resolve("entry" + i), "content " + i, StandardCharsets.UTF_8);
      }
      try (ImportedTree tree = read(folder, profile)) {
        List<Block> blocks = car(tree);
        List<Cid> cids = blocks.stream().map(Block::cid).toList();
        assertThat(cids).doesNotHaveDuplicates().isEqualTo(preOrder(tree.root(), blocks));
        assertThat(cids.get(0)).isEqualTo(tree.root());
      }
    }
  }

  @Test
  void leavesNothingBehind_whenClosedOrFailed() throws IOException {
    Files.write(source.resolve("a"), new byte[1000]);
    read(source, TINY).close();
    Files.createSymbolicLink(source.resolve("link"), source.resolve("a"));
    assertThatThrownBy(() -> read(source, TINY)).isInstanceOf(UnixFsException.class);
    try (Stream<Path> left = Files.list(spools)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void refusesASymbolicLink_whenInsideOrGiven() throws IOException {
    Path file = Files.write(source.resolve("a"), new byte[3]);
    Path link = Files.createSymbolicLink(source.resolve("link"), file);
    for (Path path : List.of(source, link)) {
      assertThatThrownBy(() -> read(path, TINY))
          .isInstanceOfSatisfying(
              UnixFsException.class,
              e -> assertThat(e.kind()).isEqualTo(UnixFsException.Kind.UNSAFE))
          .hasMessage(link + " is a symbolic link");
    }
  }

  @Test
  void noticesIt_whenAFileChangesBetweenTheReadings() throws IOException {
    Path file = Files.write(source.resolve("a"), SeededContent.bytes(1, 1000));
    Path small = Files.write(source.resolve("b"), SeededContent.bytes(2, 10));
    assertChanged(file, SeededContent.bytes(9, 1000));
    assertChanged(file, SeededContent.bytes(1, 999));
    assertChanged(small, SeededContent.bytes(2, 11));
  }

  private void assertChanged(Path file, byte[] later) throws IOException {
    byte[] before = Files.readAllBytes(file);
    try (ImportedTree tree = read(source, TINY)) {
      Files.write(file, later);
      assertThatThrownBy(() -> tree.writeCar(new ByteArrayOutputStream()))
          .isInstanceOf(UnixFsException.class)
          .hasMessage(file + " changed while it was imported");
    }
    Files.write(file, before);
  }

  @Test
  void refusesTheFolder_whenALimitIsReached() throws IOException {
    Files.createDirectories(source.resolve("a/b/c"));
    Files.write(source.resolve("long name"), new byte[1]);
    assertLimit(new ImportLimits(3, 10, 100, 10), "deeper than 3 folders");
    assertLimit(new ImportLimits(9, 1, 100, 10), "more than 1 entries");
    assertLimit(new ImportLimits(9, 10, 8, 10), "long name has more than 8 bytes");
  }

  private void assertLimit(ImportLimits limits, String problem) {
    UnixFsImporter importer = new UnixFsImporter(TINY, limits, spools);
    assertThatThrownBy(() -> importer.read(source, bytes -> {}))
        .isInstanceOf(UnixFsException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void repeatsBlocks_whenItMayNotRememberThem() throws IOException {
    Files.write(source.resolve("zeros"), new byte[64 * 40]);
    ImportLimits forgetful = new ImportLimits(9, 10, 100, 1);
    try (ImportedTree tree =
        new UnixFsImporter(TINY, forgetful, spools).read(source, bytes -> {})) {
      assertThat(car(tree)).hasSizeGreaterThan(40);
    }
  }

  @Test
  void tellsItsProgress_whenReading() throws IOException {
    Files.write(source.resolve("a"), new byte[1000]);
    Files.write(source.resolve("b"), new byte[24]);
    long[] sum = {0};
    new UnixFsImporter(TINY, ImportLimits.DEFAULT, spools)
        .read(source, bytes -> sum[0] += bytes)
        .close();
    assertThat(sum[0]).isEqualTo(1024);
  }
}
