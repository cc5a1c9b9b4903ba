package io.granary.bridge.unixfs;

import io.granary.bridge.car.BlockSource;
import io.granary.bridge.car.VerifiedBlocks;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Writes the file or folder under a CID to disk. Every block is compared with its CID and every
 * part of a file with the length its parent gave. Only new files and folders are made, all below
 * the target: names that lead elsewhere are refused, symbolic links are not made. After a failure
 * what was written so far is left for the caller to remove. Used by one thread.
 */
public final class UnixFsExporter {
  private final DagBlocks blocks;
  private final ExportLimits limits;
  private long nodes;
  private long bytes;

  /** Reads from {@code source}, which is not trusted. */
  public UnixFsExporter(BlockSource source, ExportLimits limits) {
    this.blocks =
        new DagBlocks(new VerifiedBlocks(source, limits.blockBytesMax()), limits.blockBytesMax());
    this.limits = limits;
  }

  /**
   * Writes {@code root} as {@code target}, which must not exist; the folder it is in must.
   *
   * @return bytes of all files
   * @throws UnixFsException when a block is missing or malformed, a name is unsafe, or a limit is
   *     reached
   * @throws io.granary.bridge.car.BlockException when a block is not what its CID says
   * @throws IOException when the source cannot be read or the disk not written
   */
  public long export(Cid root, Path target) throws IOException {
    nodes = 0;
    bytes = 0;
    node(root, target, 0, UnixFsException.Kind.ROOT_MISSING);
    return bytes;
  }

  private void node(Cid cid, Path target, int depth, UnixFsException.Kind missing)
      throws IOException {
    Bytes data = load(cid, depth, missing);
    if (cid.codec() == Cid.RAW) {
      try (OutputStream stream = create(target)) {
        write(data, stream);
      }
      return;
    }
    if (cid.codec() != Cid.DAG_PB) {
      throw new UnixFsException(
          UnixFsException.Kind.UNSUPPORTED, "block " + cid + " is neither file nor folder");
    }
    PbNode node = PbNode.decode(data);
    UnixFsData unixFs =
        DagBlocks.unixFs(node)
            .orElseThrow(() -> UnixFsException.malformed("block " + cid + " is no UnixFS"));
    unixFs(cid, node, unixFs, target, depth);
  }

  private void unixFs(Cid cid, PbNode node, UnixFsData unixFs, Path target, int depth)
      throws IOException {
    switch (unixFs.type()) {
      case FILE, RAW -> {
        try (OutputStream stream = create(target)) {
          parts(cid, node, unixFs, stream, depth);
        }
      }
      case DIRECTORY -> {
        Files.createDirectory(target);
        for (PbLink link : node.links()) {
          child(link, link.text(), target, depth);
        }
      }
      case SHARD -> {
        Files.createDirectory(target);
        shard(node, unixFs, target, depth);
      }
      case SYMLINK ->
          throw new UnixFsException(
              UnixFsException.Kind.UNSAFE, target + " would be a symbolic link");
      case METADATA ->
          throw new UnixFsException(
              UnixFsException.Kind.UNSUPPORTED, target + " would be bare metadata");
    }
  }

  private void child(PbLink link, String name, Path folder, int depth) throws IOException {
    node(link.cid(), safe(folder, name), depth + 1, UnixFsException.Kind.BLOCK_MISSING);
  }

  private void shard(PbNode node, UnixFsData unixFs, Path target, int depth) throws IOException {
    int prefix = Shards.prefixLength(unixFs);
    for (PbLink link : node.links()) {
      String name = link.text();
      if (name.length() > prefix) {
        child(link, name.substring(prefix), target, depth);
      } else {
        PbNode below =
            PbNode.decode(load(link.cid(), depth + 1, UnixFsException.Kind.BLOCK_MISSING));
        UnixFsData data =
            DagBlocks.unixFs(below)
                .filter(found -> found.type() == UnixFsData.Type.SHARD)
                .orElseThrow(
                    () ->
                        UnixFsException.malformed(
                            "block " + link.cid() + " is no part of a folder"));
        shard(below, data, target, depth + 1);
      }
    }
  }

  /** Writes what is below a node of a file. */
  private void parts(Cid cid, PbNode node, UnixFsData unixFs, OutputStream stream, int depth)
      throws IOException {
    List<FileParts.Part> parts = FileParts.of(cid, node, unixFs);
    write(unixFs.data(), stream);
    for (FileParts.Part part : parts) {
      long before = bytes;
      part(part.cid(), stream, depth + 1);
      if (bytes - before != part.end() - part.start()) {
        throw UnixFsException.malformed(
            "block "
                + part.cid()
                + " has "
                + (bytes - before)
                + " bytes of the file, its parent says "
                + (part.end() - part.start()));
      }
    }
  }

  private void part(Cid cid, OutputStream stream, int depth) throws IOException {
    Bytes data = load(cid, depth, UnixFsException.Kind.BLOCK_MISSING);
    if (cid.codec() == Cid.RAW) {
      write(data, stream);
    } else if (cid.codec() == Cid.DAG_PB) {
      PbNode node = PbNode.decode(data);
      parts(cid, node, FileParts.data(cid, node), stream, depth);
    } else {
      throw UnixFsException.malformed("block " + cid + " is no part of a file");
    }
  }

  private Bytes load(Cid cid, int depth, UnixFsException.Kind missing) throws IOException {
    if (depth > limits.depthMax()) {
      throw limit("the DAG is deeper than " + limits.depthMax() + " at " + cid);
    }
    if (++nodes > limits.nodesMax()) {
      throw limit("more than " + limits.nodesMax() + " blocks");
    }
    return blocks.load(cid, missing);
  }

  private void write(Bytes data, OutputStream stream) throws IOException {
    if (data.length() > limits.bytesMax() - bytes) {
      throw limit("more than " + limits.bytesMax() + " bytes of files");
    }
    bytes += data.length();
    stream.write(data.toArray());
  }

  private static UnixFsException limit(String problem) {
    return new UnixFsException(UnixFsException.Kind.LIMIT, problem);
  }

  private static OutputStream create(Path file) throws IOException {
    return new BufferedOutputStream(
        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /** {@code name} right below {@code folder}, or an exception. */
  private static Path safe(Path folder, String name) {
    boolean plain =
        !name.isEmpty()
            && !name.equals(".")
            && !name.equals("..")
            && name.indexOf('/') < 0
            && name.indexOf('\\') < 0
            && name.indexOf('\0') < 0;
    try {
      Path child = plain ? folder.resolve(name) : folder;
      if (plain
          && folder.equals(child.getParent())
          && child.getFileName().toString().equals(name)) {
        return child;
      }
    } catch (InvalidPathException e) {
      throw new UnixFsException(UnixFsException.Kind.UNSAFE, "a name in " + folder, e);
    }
    throw new UnixFsException(
        UnixFsException.Kind.UNSAFE, "the name '" + name + "' in " + folder + " is no file name");
  }
}
