package io.granary.bridge.unixfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The CIDs that npm's ipfs-unixfs-importer gave; see src/test/interop/unixfs. */
class UnixFsImporterVectorsTest {
  private static final String FILE = "unixfs-importer";

  @TempDir Path folder;

  static Stream<Row> files() {
    return VectorRows.of(FILE).filter(row -> row.section().equals("files"));
  }

  static Stream<Row> folders() {
    return VectorRows.of(FILE).filter(row -> row.section().equals("folders"));
  }

  static Stream<Row> foldersOnDisk() {
    return folders()
        .filter(row -> row.value().has("files"))
        .filter(row -> !row.text("name").equals("names in UTF-8 order"));
  }

  private static UnixFsProfile profile(Row row) {
    return switch (row.text("profile")) {
      case "KUBO_CID_V1" -> UnixFsProfile.KUBO_CID_V1;
      case "KUBO_CID_V0" -> UnixFsProfile.KUBO_CID_V0;
      case "UNIXFS_V1_2025" -> UnixFsProfile.UNIXFS_V1_2025;
      case "TINY" -> tiny(1, true);
      case "TINY_CID_V0" -> tiny(0, false);
      default -> throw new AssertionError("no profile for " + row);
    };
  }

  private static UnixFsProfile tiny(int version, boolean raw) {
    return new UnixFsProfile(version, raw, 64, 3, UnixFsProfile.FolderSize.LINKS, 256 << 10);
  }

  @ParameterizedTest
  @MethodSource("files")
  void givesTheImportersCid_whenFile(Row row) throws IOException {
    UnixFsImporter importer = new UnixFsImporter(profile(row), ImportLimits.DEFAULT, folder);
    long size = row.value().required("size").longValue();
    SeededContent content = new SeededContent(row.value().required("seed").intValue(), size);
    assertThat(importer.cidOf(content)).hasToString(row.text("cid"));
  }

  @ParameterizedTest
  @MethodSource("folders")
  void givesTheImportersCid_whenFolder(Row row) throws IOException {
    try (NodeSpool spool = new NodeSpool(folder)) {
      Node root =
          row.value().has("entries")
              ? counted(profile(row), spool, row.value().required("entries").intValue())
              : listed(profile(row), spool, row.value().required("files"));
      assertThat(root.cid()).hasToString(row.text("cid"));
    }
  }

  @ParameterizedTest
  @MethodSource("foldersOnDisk")
  void givesTheImportersCid_whenFolderOnDisk(Row row) throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));
    write(root, row.value().required("files"));
    UnixFsImporter importer = new UnixFsImporter(profile(row), ImportLimits.DEFAULT, folder);
    try (ImportedTree tree = importer.read(root, bytes -> {})) {
      assertThat(tree.root()).hasToString(row.text("cid"));
    }
  }

  private static void write(Path root, JsonNode files) throws IOException {
    for (JsonNode file : files) {
      String path = file.required("path").asText();
      if (path.endsWith("/")) {
        Files.createDirectories(root.resolve(path.substring(0, path.length() - 1)));
      } else {
        Path target = root.resolve(path);
        Files.createDirectories(target.getParent());
        Files.write(target, content(file));
      }
    }
  }

  private static byte[] content(JsonNode file) {
    return SeededContent.bytes(file.required("seed").intValue(), file.required("size").intValue());
  }

  private static Node counted(UnixFsProfile profile, NodeSpool spool, int entries)
      throws IOException {
    List<FolderTree.Entry> nodes = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      byte[] number = Integer.toString(i).getBytes(StandardCharsets.US_ASCII);
      nodes.add(
          new FolderTree.Entry(
              utf8(String.format(Locale.ROOT, "file-%06d", i)), leaf(profile, number)));
    }
    return new FolderTree(profile, spool).build(nodes);
  }

  /** A folder without a disk, whose file system might not know the names. */
  private static Node listed(UnixFsProfile profile, NodeSpool spool, JsonNode files)
      throws IOException {
    Map<String, Object> root = new TreeMap<>();
    for (JsonNode file : files) {
      String path = file.required("path").asText();
      String[] names = path.split("/", -1);
      Map<String, Object> at = root;
      for (int i = 0; i < names.length - 1; i++) {
        at = child(at, names[i]);
      }
      if (!path.endsWith("/")) {
        at.put(names[names.length - 1], content(file));
      }
    }
    return folder(profile, spool, root);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> child(Map<String, Object> at, String name) {
    return (Map<String, Object>) at.computeIfAbsent(name, key -> new TreeMap<String, Object>());
  }

  @SuppressWarnings("unchecked")
  private static Node folder(UnixFsProfile profile, NodeSpool spool, Map<String, Object> entries)
      throws IOException {
    List<FolderTree.Entry> nodes = new ArrayList<>();
    for (Map.Entry<String, Object> entry : entries.entrySet()) {
      Node node =
          entry.getValue() instanceof byte[] content
              ? file(profile, spool, content)
              : folder(profile, spool, (Map<String, Object>) entry.getValue());
      nodes.add(new FolderTree.Entry(utf8(entry.getKey()), node));
    }
    return new FolderTree(profile, spool).build(nodes);
  }

  private static Node file(UnixFsProfile profile, NodeSpool spool, byte[] content)
      throws IOException {
    FileTree tree = new FileTree(profile, spool);
    for (int at = 0; at == 0 || at < content.length; at += profile.chunkBytes()) {
      int end = Math.min(content.length, at + profile.chunkBytes());
      tree.add(leaf(profile, Arrays.copyOfRange(content, at, end)));
    }
    return tree.finish();
  }

  private static Node leaf(UnixFsProfile profile, byte[] content) {
    Bytes block = profile.leafBlock(Bytes.of(content));
    return new Node(profile.leafCid(block), content.length, block.length(), Node.LEAF);
  }

  private static Bytes utf8(String name) {
    return Bytes.of(name.getBytes(StandardCharsets.UTF_8));
  }
}
