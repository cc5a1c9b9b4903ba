package io.granary.bridge.client;

import io.granary.bridge.client.secret.Recipient;
import io.granary.bridge.client.secret.SealingStream;
import io.granary.bridge.file.OwnerOnlyFile;
import io.granary.bridge.unixfs.ImportLimits;
import io.granary.bridge.unixfs.ImportedTree;
import io.granary.bridge.unixfs.UnixFsImporter;
import io.granary.bridge.unixfs.UnixFsProfile;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.CommP;
import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.piece.PieceInfo;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A file or folder made ready to be stored: a CAR of version 1 with one root, and its commitment.
 *
 * @param root of the file, of the folder, or of the file that holds both encrypted
 * @param car the CAR's file
 * @param carBytes its length
 * @param piece what the provider has to compute from it
 * @param recipient who can read it, when it is encrypted
 */
public record Payload(
    Cid root, Path car, long carBytes, PieceInfo piece, Optional<Recipient> recipient) {
  private static final int BUFFER_BYTES = 1 << 20;

  /**
   * Makes the CAR {@code car}, which must not exist yet, of {@code source} as kubo would.
   *
   * @param progress hears of the bytes of the source as they are read
   * @throws io.granary.bridge.unixfs.UnixFsException when the source holds what cannot be stored,
   *     or changes meanwhile
   * @throws IOException when it cannot be read, or the CAR not written
   */
  public static Payload of(Path source, UnixFsProfile profile, Path car, LongConsumer progress)
      throws IOException {
    return finish(writeCar(source, profile, car, progress), car, Optional.empty());
  }

  /**
   * The same, encrypted first: the CAR of the source becomes the content of one sealed file, and
   * that file is what is stored. Names, sizes of single files and all content stay on this machine.
   */
  public static Payload sealed(
      Path source, UnixFsProfile profile, Path car, Recipient recipient, LongConsumer progress)
      throws IOException {
    Path sealed = car.resolveSibling(car.getFileName() + ".sealed");
    try {
      try (FileChannel channel = OwnerOnlyFile.createEmpty(sealed);
          SealingStream sealing = new SealingStream(buffered(channel), recipient);
          ImportedTree tree = importer(car, profile).read(source, progress)) {
        OutputStream buffer = new BufferedOutputStream(sealing, BUFFER_BYTES);
        ImportedTree.Written unused = tree.writeCar(buffer);
        buffer.flush();
      }
      return finish(writeCar(sealed, profile, car, bytes -> {}), car, Optional.of(recipient));
    } finally {
      Files.deleteIfExists(sealed);
    }
  }

  private static Cid writeCar(Path source, UnixFsProfile profile, Path car, LongConsumer progress)
      throws IOException {
    try (ImportedTree tree = importer(car, profile).read(source, progress);
        FileChannel channel = OwnerOnlyFile.createEmpty(car)) {
      OutputStream stream = buffered(channel);
      ImportedTree.Written unused = tree.writeCar(stream);
      stream.flush();
      channel.force(true);
      return tree.root();
    }
  }

  private static UnixFsImporter importer(Path car, UnixFsProfile profile) {
    return new UnixFsImporter(
        profile, ImportLimits.DEFAULT, car.toAbsolutePath().resolveSibling(".").normalize());
  }

  private static OutputStream buffered(FileChannel channel) {
    return new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
  }

  private static Payload finish(Cid root, Path car, Optional<Recipient> recipient)
      throws IOException {
    try (InputStream stream =
        new BufferedInputStream(Files.newInputStream(car), CommPDigest.CHUNK_DATA_BYTES)) {
      return new Payload(root, car, Files.size(car), CommP.of(stream), recipient);
    }
  }

  /** The piece with {@code paddedBytes} instead of the least that takes the data. */
  public Payload padded(long paddedBytes) throws IOException {
    CommPDigest digest = new CommPDigest();
    byte[] buffer = new byte[CommPDigest.CHUNK_DATA_BYTES];
    try (InputStream stream = Files.newInputStream(car)) {
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return new Payload(root, car, carBytes, digest.finish(paddedBytes), recipient);
  }
}
