package io.granary.bridge.unixfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.bridge.car.BlockException;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnixFsExporterTest {
  @TempDir Path scratch;
  private final Dags dags = new Dags();
  private Path source;
  private Path target;

  @BeforeEach
  void makeFolders() throws IOException {
    source = Files.createDirectory(scratch.resolve("source"));
    target = scratch.resolve("target");
  }

  private UnixFsExporter exporter() {
    return new UnixFsExporter(dags, ExportLimits.DEFAULT);
  }

  private static Map<String, Bytes> contents(Path folder) throws IOException {
    Map<String, Bytes> contents = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        contents.put(
            folder.relativize(path).toString(),
            Files.isDirectory(path) ? Bytes.empty() : Bytes.of(Files.readAllBytes(path)));
      }
    }
    return contents;
  }

  @Test
  void writesBackWhatWasImported_whenFoldersShardsAndFiles() throws IOException {
    Path inner = Files.createDirectories(source.resolve("a/b"));
    Files.createDirectory(source.resolve("nothing in it"));
    Files.write(source.resolve("empty"), new byte[0]);
    Files.write(inner.resolve("large"), SeededContent.bytes(1, 64 * 100 + 7));
    for (int i = 0; i < 300; i++) {
      Files.writeString(inner.resolve("n" + i), "number " + i, StandardCharsets.UTF_8);
    }
    for (UnixFsProfile profile :
        List.of(
            Dags.TINY,
            UnixFsProfile.KUBO_CID_V0,
            new UnixFsProfile(0, false, 100, 2, UnixFsProfile.FolderSize.BLOCK, 400))) {
      Cid root = dags.add(source, profile, scratch);
      Path written = scratch.resolve("v" + profile.linksMax());
      assertThat(exporter().export(root, written)).isGreaterThan(64 * 100 + 7);
      assertThat(contents(written)).isEqualTo(contents(source));
    }
  }

  @Test
  void writesOneFile_whenTheRootIsAFile() throws IOException {
    Path file = Files.write(source.resolve("f"), SeededContent.bytes(2, 1000));
    exporter().export(dags.add(file, Dags.TINY, scratch), target);
    assertThat(target).hasSameBinaryContentAs(file);
    assertThatThrownBy(() -> exporter().export(dags.raw("other"), target))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(target).hasSameBinaryContentAs(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", ".", "", "a/b", "/etc/x", "../x", "a\\b", "a\0b"})
  void refusesTheName_whenItLeadsElsewhere(String name) {
    Cid root = dags.node(List.of(Dags.link(name, dags.raw("evil"))), UnixFsData.directory());
    assertKind(root, UnixFsException.Kind.UNSAFE);
    Bytes bits = Bytes.fromHex("01");
    Cid shard =
        dags.node(
            List.of(Dags.link("00" + name, dags.raw("evil"))), UnixFsData.shard(bits, 0x22, 256));
    if (!name.isEmpty()) {
      Path before = target;
      target = scratch.resolve("second");
      assertKind(shard, UnixFsException.Kind.UNSAFE);
      target = before;
    }
    assertThat(scratch.resolve("x")).doesNotExist();
  }

  private void assertKind(Cid root, UnixFsException.Kind kind) {
    assertThatThrownBy(() -> exporter().export(root, target))
        .isInstanceOfSatisfying(
            UnixFsException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
  }

  @Test
  void refusesTheFolder_whenTwoEntriesHaveOneName() {
    Cid one = dags.raw("one");
    Cid root =
        dags.node(
            List.of(Dags.link("n", one), Dags.link("n", dags.raw("two"))), UnixFsData.directory());
    assertThatThrownBy(() -> exporter().export(root, target))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void makesNoSymbolicLink() {
    UnixFsData data =
        new UnixFsData(UnixFsData.Type.SYMLINK, Dags.utf8("/etc"), 0, List.of(), 0, 0);
    assertKind(dags.node(List.of(), data), UnixFsException.Kind.UNSAFE);
  }

  @Test
  void refusesTheFile_whenAPartHasAnotherLengthThanItsParentSays() {
    Cid part = dags.raw("12345");
    for (List<Long> sizes : List.of(List.of(4L), List.of(6L), List.<Long>of(), List.of(5L, 0L))) {
      target = scratch.resolve("t" + sizes.size() + sizes);
      assertKind(
          dags.node(List.of(Dags.link("", part)), UnixFsData.file(sizes)),
          UnixFsException.Kind.MALFORMED);
    }
  }

  @Test
  void saysWhichBlock_whenOneIsMissingOrFalse() throws IOException {
    Path file = Files.write(source.resolve("f"), SeededContent.bytes(2, 1000));
    Cid root = dags.add(file, Dags.TINY, scratch);
    Cid part = PbNode.decode(dags.block(root).orElseThrow()).links().get(0).cid();
    dags.remove(part);
    assertKind(root, UnixFsException.Kind.BLOCK_MISSING);
    UnixFsExporter deceived =
        new UnixFsExporter(cid -> dags.block(cid.equals(part) ? root : cid), ExportLimits.DEFAULT);
    assertThatThrownBy(() -> deceived.export(root, scratch.resolve("other")))
        .isInstanceOf(BlockException.class)
        .hasMessageContaining(part.toString());
    target = scratch.resolve("third");
    assertKind(
        Cid.of(Cid.RAW, Cid.SHA2_256, Bytes.of(new byte[32])), UnixFsException.Kind.ROOT_MISSING);
  }

  @Test
  void stopsAtItsLimits_whenASmallDagUnfoldsToAHugeOne() {
    Cid at = dags.raw("x".repeat(1000));
    long size = 1000;
    for (int i = 0; i < 40; i++) {
      at =
          dags.node(
              List.of(Dags.link("", at), Dags.link("", at)), UnixFsData.file(List.of(size, size)));
      size *= 2;
    }
    Cid bomb = at;
    for (ExportLimits limits :
        List.of(
            new ExportLimits(2 << 20, 100, 1_000_000_000, 50_000),
            new ExportLimits(2 << 20, 100, 1000, Long.MAX_VALUE),
            new ExportLimits(2 << 20, 30, 1_000_000_000, Long.MAX_VALUE))) {
      target = scratch.resolve("bomb" + limits.hashCode());
      assertThatThrownBy(() -> new UnixFsExporter(dags, limits).export(bomb, target))
          .isInstanceOfSatisfying(
              UnixFsException.class,
              e -> assertThat(e.kind()).isEqualTo(UnixFsException.Kind.LIMIT));
    }
  }
}
