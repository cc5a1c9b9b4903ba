package io.granary.bridge.transfer;

import static io.granary.bridge.transfer.Transfers.DEAL;
import static io.granary.bridge.transfer.Transfers.commP;
import static io.granary.bridge.transfer.Transfers.content;
import static io.granary.bridge.transfer.Transfers.pieceFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.DealFetcher.End;
import io.granary.protocol.port.DealFetcher.Watcher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An operator's file on its way into staging, with real files. */
@Timeout(60)
class ImportIT {
  private static final byte[] CONTENT = content(5_000_011);
  private static final long PIECE_BYTES = pieceFor(CONTENT);
  private static final PieceInfo PIECE = new PieceInfo(commP(CONTENT, PIECE_BYTES), PIECE_BYTES);
  private static final String EAGER = "progress-bytes = 1, progress-every = 0s";
  private static final long LIMIT_SECONDS = 30;

  @TempDir private Path folder;
  private Path root;
  private Path given;
  private StagedFile imported;
  private Transfers node;

  @BeforeEach
  void begin() throws IOException {
    root = Files.createDirectories(folder.resolve("storage"));
    given = Files.write(folder.resolve("given.car"), CONTENT);
    imported = new StagedFile(StagedFile.IMPORTED, given.toString(), CONTENT.length);
    node = new Transfers(root, EAGER);
  }

  @AfterEach
  void close() {
    node.close();
  }

  private End copy(Transfers to, Watcher watcher) throws Exception {
    return to.fetcher
        .copy(DEAL, imported, PIECE, watcher)
        .toCompletableFuture()
        .get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private End copy(Transfers to) throws Exception {
    return copy(to, (received, total) -> to.told.add(received));
  }

  /** Copies until some of it is safe, and no further. */
  private long stopsOnTheWay(Transfers on) throws Exception {
    End end =
        copy(
            on,
            (received, total) -> {
              on.told.add(received);
              on.fetcher.stop(DEAL);
            });
    assertThat(end).isInstanceOf(End.BrokenOff.class);
    StagedNote note = on.staging.parts(DEAL).get(0).note().orElseThrow();
    assertThat(note.syncedBytes()).isPositive().isLessThan(CONTENT.length);
    on.told.clear();
    return note.syncedBytes();
  }

  private static void assertWhole(Transfers at, End end) throws IOException {
    assertThat(end).isInstanceOf(End.Complete.class);
    End.Complete whole = (End.Complete) end;
    assertThat(whole.commP()).isEqualTo(PIECE.commP());
    assertThat(whole.file().storageId()).isEqualTo(Transfers.STORAGE);
    assertThat(whole.file().payloadBytes()).isEqualTo(CONTENT.length);
    assertThat(at.onDisk(whole)).isEqualTo(Bytes.of(CONTENT));
  }

  private void assertRefused(End end, String reason) throws IOException {
    assertThat(end).isInstanceOf(End.Refused.class);
    assertThat(((End.Refused) end).reason()).contains(given.toString()).contains(reason);
  }

  private static byte[] changedAt(int index) {
    byte[] changed = CONTENT.clone();
    changed[index] ^= 1;
    return changed;
  }

  /** Writes to the file so that it looks as before. */
  private void rewriteUnseen(byte[] bytes) throws IOException {
    FileTime before = Files.getLastModifiedTime(given);
    Files.write(given, bytes);
    Files.setLastModifiedTime(given, before);
  }

  private void touch() throws IOException {
    Files.setLastModifiedTime(given, FileTime.from(Instant.parse("2026-01-02T03:04:05Z")));
  }

  private List<String> staged() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve(Staging.FOLDER))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void copiesTheFile_whichMayGoAwayThen() throws Exception {
    End end = copy(node);
    Files.delete(given);
    assertWhole(node, end);
    assertThat(((End.Complete) end).file().path()).isEqualTo("deal-staging/" + DEAL + ".data");
    assertThat(node.told).isSorted().endsWith((long) CONTENT.length);
    assertWhole(node, copy(node));
    assertThat(staged()).containsExactly(DEAL + ".data", DEAL + ".note");
  }

  @Test
  void goesOn_whereItStopped() throws Exception {
    long safe = stopsOnTheWay(node);
    Files.write(node.file(), content(700), StandardOpenOption.APPEND); // What no note calls safe.
    rewriteUnseen(changedAt(0)); // To show that these bytes come from staging.
    assertWhole(node, copy(node));
    assertThat(node.told.get(0)).isGreaterThan(safe);
  }

  @Test
  void beginsAgain_whenTheFileWasReplacedInBetween() throws Exception {
    rewriteUnseen(changedAt(0));
    stopsOnTheWay(node);
    Files.write(given, CONTENT);
    touch();
    assertWhole(node, copy(node));
  }

  @Test
  void beginsAgain_whenWhatIsStagedIsDamaged() throws Exception {
    stopsOnTheWay(node);
    byte[] half = Files.readAllBytes(node.file());
    half[17] ^= 1;
    Files.write(node.file(), half);
    assertWhole(node, copy(node));
  }

  @Test
  void takesNothingForWhole_thatOnlyLooksSo() throws Exception {
    long safe = stopsOnTheWay(node);
    Files.write(node.file(), changedAt(CONTENT.length - 1)); // As after a power cut.
    assertThat(node.staging.parts(DEAL).get(0).note().orElseThrow().syncedBytes()).isEqualTo(safe);
    assertWhole(node, copy(node));
  }

  @Test
  void goesOn_whenItsProcessWasKilled() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                root.toString(),
                given.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader told =
        new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
      String line = told.readLine();
      while (line != null && !line.startsWith("safe ")) {
        line = told.readLine();
      }
      assertThat(line).as("it copies").isNotNull();
    } finally {
      other.destroyForcibly().waitFor();
    }
    long safe = node.staging.parts(DEAL).get(0).note().orElseThrow().syncedBytes();
    assertThat(safe).isPositive().isLessThan(CONTENT.length);
    rewriteUnseen(changedAt(0));
    assertWhole(node, copy(node));
    assertThat(node.told.get(0)).isGreaterThan(safe);
  }

  /** Copies some of the file, says so, and waits to be killed. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) throws Exception {
      try (Transfers node = new Transfers(Path.of(arguments[0]), EAGER)) {
        End end =
            node.fetcher
                .copy(
                    DEAL,
                    new StagedFile(StagedFile.IMPORTED, arguments[1], CONTENT.length),
                    PIECE,
                    (received, total) -> {
                      System.out.println("safe " + received);
                      awaitDeath();
                    })
                .toCompletableFuture()
                .get();
        throw new IllegalStateException("not killed, ended by " + end);
      }
    }

    private static void awaitDeath() {
      try {
        TimeUnit.SECONDS.sleep(LIMIT_SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void keepsNothingAndSaysWhatItFound_whenTheFileIsAnother() throws Exception {
    byte[] other = changedAt(4_000_000);
    Files.write(given, other);
    End end = copy(node);
    assertThat(((End.Complete) end).commP()).isEqualTo(commP(other, PIECE_BYTES));
    assertThat(staged()).isEmpty();
    assertThat(given).hasBinaryContent(other);
  }

  @Test
  void saysSo_whenTheFileIsNotWhatWasImported() throws Exception {
    Files.write(given, content(CONTENT.length - 1));
    assertRefused(copy(node), "had 5000011 bytes when it was imported, now it has 5000010");
    Files.delete(given);
    assertRefused(copy(node), "there is no readable file");
    Files.createDirectory(given);
    assertRefused(copy(node), "there is no readable file");
    assertThat(staged()).isEmpty();
  }

  @Test
  void saysSo_whenTheFileGrowsOrShrinksMeanwhile() throws Exception {
    End grown = copy(node, (received, total) -> append());
    assertRefused(grown, "and grew while it was copied");
    Files.write(given, CONTENT);
    End shrunk = copy(node, (received, total) -> truncate());
    assertRefused(shrunk, "while it was copied");
    Files.write(given, CONTENT);
    touch();
    assertWhole(node, copy(node));
  }

  private void append() {
    try {
      Files.write(given, new byte[] {1}, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void truncate() {
    try {
      Files.write(given, new byte[] {1});
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void condemnsNoFile_thatWasWrittenToMeanwhile() throws Exception {
    Files.write(given, changedAt(0));
    End end =
        copy(
            node,
            (received, total) -> {
              try {
                touch();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    assertRefused(end, "was written to while it was copied");
    assertThat(staged()).isEmpty();
  }

  @Test
  void saysSo_whenThereIsNoRoom() throws Exception {
    try (Transfers full = new Transfers(root, "disk-reserve = 4000000 TiB")) {
      assertRefused(copy(full), "there is no room in staging now for 5000011 bytes");
    }
    assertWhole(node, copy(node));
  }

  @Test
  void takesNoOtherFolders_thanTheOperatorNamed() throws Exception {
    Path allowed = Files.createDirectory(folder.resolve("clients"));
    try (Transfers strict = new Transfers(root, "import-folders = [\"" + allowed + "\"]")) {
      assertRefused(copy(strict), "lies in none of granary.network-bridge.transfers.import-fold");
      Path link = Files.createSymbolicLink(allowed.resolve("link.car"), given);
      imported = new StagedFile(StagedFile.IMPORTED, link.toString(), CONTENT.length);
      assertRefused(copy(strict), link + " (that is, " + given + ") lies in none of");
      Path inside = Files.move(given, allowed.resolve("given.car"));
      imported = new StagedFile(StagedFile.IMPORTED, inside.toString(), CONTENT.length);
      assertWhole(strict, copy(strict));
    }
  }

  @Test
  void neverCopiesOntoItself() throws Exception {
    given = Files.move(given, node.file());
    imported = new StagedFile(StagedFile.IMPORTED, given.toString(), CONTENT.length);
    assertRefused(copy(node), "lies in staging: import it from elsewhere");
    assertThat(given).hasBinaryContent(CONTENT);
  }

  @Test
  void deletesWhatThereIs_whenTheDealIsReleasedMeanwhile() throws Exception {
    stopsOnTheWay(node);
    node.fetcher.release(DEAL).toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    assertThat(staged()).isEmpty();
    assertThat(given).hasBinaryContent(CONTENT);
  }

  @Test
  void anotherNodeGoesOn_whereStagingIsShared() throws Exception {
    try (Transfers first = Transfers.sharing(root, EAGER);
        Transfers second = Transfers.sharing(root, EAGER)) {
      long safe = stopsOnTheWay(first);
      Path away = Files.move(given, folder.resolve("unmounted"));
      assertRefused(copy(second), "there is no readable file");
      Files.move(away, given);
      End there = copy(second);
      assertWhole(second, there);
      assertThat(second.told.get(0)).isEqualTo(safe);
      Files.delete(given);
      End back = copy(first);
      assertWhole(first, back);
      assertThat(((End.Complete) back).file()).isNotEqualTo(((End.Complete) there).file());
    }
  }
}
