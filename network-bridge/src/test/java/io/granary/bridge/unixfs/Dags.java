package io.granary.bridge.unixfs;

import io.granary.bridge.car.Block;
import io.granary.bridge.car.BlockSource;
import io.granary.bridge.car.Cars;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Blocks in memory, taken from imports or made by hand. */
final class Dags implements BlockSource {
  static final UnixFsProfile TINY =
      new UnixFsProfile(1, true, 64, 3, UnixFsProfile.FolderSize.LINKS, 1000);

  private final Map<Cid, Bytes> blocks = new HashMap<>();

  /** Imports a file or folder and keeps its blocks. */
  Cid add(Path path, UnixFsProfile profile, Path spools) throws IOException {
    UnixFsImporter importer = new UnixFsImporter(profile, ImportLimits.DEFAULT, spools);
    ByteArrayOutputStream car = new ByteArrayOutputStream();
    try (ImportedTree tree = importer.read(path, bytes -> {})) {
      ImportedTree.Written written = tree.writeCar(car);
      List<Block> made = Cars.blocks(car.toByteArray());
      if (written.blocks() != made.size()) {
        throw new AssertionError("CAR of " + made.size() + " blocks, said " + written.blocks());
      }
      made.forEach(block -> blocks.put(block.cid(), block.data()));
      return tree.root();
    }
  }

  Cid put(long codec, Bytes data) {
    Cid cid = Cid.of(codec, Cid.SHA2_256, Sha256.hash(data));
    blocks.put(cid, data);
    return cid;
  }

  Cid raw(String text) {
    return put(Cid.RAW, utf8(text));
  }

  Cid node(List<PbLink> links, UnixFsData data) {
    return put(Cid.DAG_PB, PbNode.of(links, data.encode()).encode());
  }

  static PbLink link(String name, Cid cid) {
    return new PbLink(cid, utf8(name), 0);
  }

  static Bytes utf8(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }

  void remove(Cid cid) {
    blocks.remove(cid);
  }

  int size() {
    return blocks.size();
  }

  @Override
  public Optional<Bytes> block(Cid cid) {
    return Optional.ofNullable(blocks.get(cid));
  }
}
