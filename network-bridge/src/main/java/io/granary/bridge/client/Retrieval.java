package io.granary.bridge.client;

import io.granary.bridge.car.BlockCheck;
import io.granary.bridge.car.BlockException;
import io.granary.bridge.car.CarException;
import io.granary.bridge.car.CarFileBlocks;
import io.granary.bridge.car.CarLimits;
import io.granary.bridge.client.secret.OpeningStream;
import io.granary.bridge.client.secret.RecipientKey;
import io.granary.bridge.file.OwnerOnlyFile;
import io.granary.bridge.unixfs.ExportLimits;
import io.granary.bridge.unixfs.UnixFsException;
import io.granary.bridge.unixfs.UnixFsExporter;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.piece.PieceInfo;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Fetches content back from a provider that is not trusted.
 *
 * <ol>
 *   <li>{@code /ipfs/CID} brings a CAR, {@code /piece/CID} the piece, which starts with the CAR;
 *       into a folder beside the target, so that the last step is a rename.
 *   <li>A piece is compared with its commitment, every block with its CID. The provider's next
 *       server is asked when one does not give it, or gives something else.
 *   <li>The file or folder under the root is written; what was encrypted is opened first, and the
 *       CAR inside gives the file or folder.
 *   <li>Only what is whole gets the target's name.
 * </ol>
 *
 * Used by one thread.
 */
public final class Retrieval {
  /** Of one provider that are asked for one thing. */
  public static final int SERVERS_MAX = 8;

  private static final String CAR_TYPE =
      "application/vnd.ipld.car;version=1;order=dfs;dups=n, application/vnd.ipld.car";

  private final ClientSettings settings;
  private final Supplier<RecipientKey> key;
  private final LongConsumer progress;

  /**
   * @param key asked for when content is encrypted and is to be opened
   * @param progress hears of the bytes received so far
   */
  public Retrieval(ClientSettings settings, Supplier<RecipientKey> key, LongConsumer progress) {
    this.settings = settings;
    this.key = key;
    this.progress = progress;
  }

  /** In which form content is written. */
  public enum Form {
    /** As the file or folder that was stored. */
    FILES,
    /** As the file or folder under the root; what was encrypted stays so. */
    SEALED,
    /** As the CAR, verified. */
    CAR
  }

  /**
   * Fetches what is under {@code root} by {@code /ipfs}.
   *
   * @param servers of the provider, with the path before {@code /ipfs} where there is one: asked in
   *     this order, at most {@link #SERVERS_MAX}, until one gives it
   * @param target must not exist
   * @return the server that gave it
   * @throws ClientException when no server gives it, or each gives something else
   * @throws io.granary.bridge.client.secret.SecretException when it cannot be opened
   */
  public URI byRoot(List<URI> servers, Cid root, Path target, Form form) throws IOException {
    return fetch(
        target,
        form,
        servers,
        new Request(
            "/ipfs/" + root + "?format=car&dag-scope=all&car-dups=n",
            CAR_TYPE,
            settings.downloadBytesMax(),
            Optional.of(root),
            car -> {}));
  }

  /** As {@link #byRoot(List, Cid, Path, Form)}, from one server. */
  public void byRoot(URI server, Cid root, Path target, Form form) throws IOException {
    URI unused = byRoot(List.of(server), root, target, form);
  }

  /**
   * Fetches a piece by {@code /piece} and takes {@code root} out of it, as {@link #byRoot(List,
   * Cid, Path, Form)} does.
   *
   * @param root the CAR's first root when empty
   */
  public URI byPiece(List<URI> servers, PieceInfo piece, Optional<Cid> root, Path target, Form form)
      throws IOException {
    return fetch(
        target,
        form,
        servers,
        new Request(
            "/piece/" + Cid.commP(piece.commP()),
            "application/piece, */*;q=0.5",
            piece.unpaddedBytes(),
            root,
            file -> requirePiece(file, piece)));
  }

  /** As {@link #byPiece(List, PieceInfo, Optional, Path, Form)}, from one server. */
  public void byPiece(URI server, PieceInfo piece, Optional<Cid> root, Path target, Form form)
      throws IOException {
    URI unused = byPiece(List.of(server), piece, root, target, form);
  }

  private static URI below(URI server, String path) {
    String base = server.toString();
    return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
  }

  /** A look at what was downloaded, before anything is made of it. */
  private interface Check {
    void check(Path file) throws IOException;
  }

  /**
   * What is asked of a server.
   *
   * @param root the CAR's first root when empty
   */
  private record Request(
      String path, String accept, long bytesMax, Optional<Cid> root, Check check) {}

  /** What a server gave: it verified. */
  private record Given(URI server, Path car, Path exported) {}

  private URI fetch(Path target, Form form, List<URI> servers, Request request) throws IOException {
    Path whole = target.toAbsolutePath().normalize();
    if (Files.exists(whole)) {
      throw new ClientException(target + " exists already and is not replaced");
    }
    Path work = Files.createTempDirectory(whole.resolveSibling("."), ".granary-");
    try {
      Given given = fromAny(servers, request, work);
      Path result;
      try {
        result = open(given, form, work);
      } catch (CarException | BlockException | UnixFsException e) {
        throw notAsked(given.server(), e);
      }
      Files.move(result, whole, StandardCopyOption.ATOMIC_MOVE);
      return given.server();
    } finally {
      remove(work);
    }
  }

  /** The next server is asked when one does not give it, or gives something else. */
  private Given fromAny(List<URI> servers, Request request, Path work) throws IOException {
    List<ClientException> refusals = new ArrayList<>();
    for (URI server : servers.subList(0, Math.min(servers.size(), SERVERS_MAX))) {
      Path folder = Files.createDirectory(work.resolve("from-" + refusals.size()));
      try {
        return from(server, request, folder);
      } catch (ClientException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        refusals.add(e);
        remove(folder);
      }
    }
    if (refusals.size() == 1) {
      throw refusals.get(0);
    }
    throw new ClientException(
        "none of "
            + refusals.size()
            + " servers gives it: "
            + refusals.stream().map(Throwable::getMessage).collect(Collectors.joining("; ")));
  }

  private Given from(URI server, Request request, Path folder) throws IOException {
    URI url = below(server, request.path());
    Path car = folder.resolve("fetched.car");
    new HttpFetch(settings).get(url, request.accept(), car, request.bytesMax(), progress);
    request.check().check(car);
    try {
      return new Given(server, car, export(car, request.root(), folder.resolve("exported")));
    } catch (CarException | BlockException | UnixFsException e) {
      throw notAsked(url, e);
    }
  }

  private static ClientException notAsked(URI url, Exception why) {
    return new ClientException(
        url + ": what came is not what was asked for: " + why.getMessage(), why);
  }

  private static void requirePiece(Path file, PieceInfo piece) throws IOException {
    CommPDigest digest = new CommPDigest();
    byte[] buffer = new byte[CommPDigest.CHUNK_DATA_BYTES];
    try (InputStream stream = Files.newInputStream(file)) {
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    PieceInfo got = digest.finish(piece.paddedBytes());
    if (!got.equals(piece)) {
      throw new ClientException(
          "what came is not the piece: its commitment is "
              + Cid.commP(got.commP())
              + ", not "
              + Cid.commP(piece.commP()));
    }
  }

  private Path open(Given given, Form form, Path work) throws IOException {
    Path exported = given.exported();
    if (form == Form.CAR) {
      return given.car();
    }
    if (form == Form.SEALED || !isSealed(exported)) {
      return exported;
    }
    Path inner = work.resolve("opened.car");
    try (InputStream sealed = new BufferedInputStream(Files.newInputStream(exported));
        OpeningStream open = new OpeningStream(sealed, key.get());
        OutputStream out = Channels.newOutputStream(OwnerOnlyFile.createEmpty(inner))) {
      long unused = open.transferTo(out);
    }
    return export(inner, Optional.empty(), work.resolve("opened"));
  }

  /** The whole DAG under the root on disk: a CAR that lacks a block ends here. */
  private Path export(Path car, Optional<Cid> root, Path target) throws IOException {
    try (CarFileBlocks blocks =
        CarFileBlocks.open(car, CarLimits.DEFAULT, BlockCheck.ALL, settings.carBlocksMax())) {
      Cid from = root.orElseGet(() -> first(blocks.roots()));
      long unused = new UnixFsExporter(blocks, ExportLimits.DEFAULT).export(from, target);
      return target;
    }
  }

  private static Cid first(List<Cid> roots) {
    if (roots.isEmpty()) {
      throw new ClientException("the CAR names no root");
    }
    return roots.get(0);
  }

  private static boolean isSealed(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream stream = Files.newInputStream(file)) {
      return OpeningStream.looksSealed(stream.readNBytes(8));
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
