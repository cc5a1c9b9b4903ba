package io.granary.ops.scenario;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What can happen to a sector's files, each so that no challenge can be answered any more. */
enum SectorDamage {
  /** A bit of every node of the replica flipped, as by a bad disk. */
  REPLICA_FLIPPED {
    @Override
    void strike(Path sealed, Path cache) throws IOException {
      byte[] bytes = Files.readAllBytes(sealed);
      for (int node = 0; node < bytes.length; node += NODE_BYTES) {
        bytes[node] ^= 1;
      }
      Files.write(sealed, bytes);
    }
  },
  /** The replica cut short, as by a full disk. */
  REPLICA_CUT {
    @Override
    void strike(Path sealed, Path cache) throws IOException {
      cut(sealed);
    }
  },
  REPLICA_GONE {
    @Override
    void strike(Path sealed, Path cache) throws IOException {
      Files.delete(sealed);
    }
  },
  /** The tree over the replica cut short. */
  TREE_CUT {
    @Override
    void strike(Path sealed, Path cache) throws IOException {
      for (Path tree : filesOf(cache, "tree-r-last")) {
        cut(tree);
      }
    }
  },
  /** The record of the roots turned into another: the library alone would not notice. */
  ROOTS_FLIPPED {
    @Override
    void strike(Path sealed, Path cache) throws IOException {
      for (Path roots : filesOf(cache, "p_aux")) {
        byte[] bytes = Files.readAllBytes(roots);
        bytes[0] ^= 1;
        Files.write(roots, bytes);
      }
    }
  },
  CACHE_GONE {
    @Override
    void strike(Path sealed, Path cache) throws IOException {
      delete(cache);
    }
  };

  private static final int NODE_BYTES = 32;

  abstract void strike(Path sealed, Path cache) throws IOException;

  private static void cut(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() / 2);
    }
  }

  private static List<Path> filesOf(Path cache, String name) throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().contains(name)).toList();
      if (found.isEmpty()) {
        throw new IOException("no " + name + " in " + cache);
      }
      return found;
    }
  }

  static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
