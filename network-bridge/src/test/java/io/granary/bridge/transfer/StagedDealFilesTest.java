package io.granary.bridge.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Bytes;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedDealFilesTest {
  private static final DealId DEAL = DealId.parse("00112233-4455-6677-8899-aabbccddeeff");
  private static final PieceInfo PIECE =
      new PieceInfo(new Commitment(Bytes.of(new byte[32])), 2048);

  @TempDir private Path root;
  private final byte[] data = new byte[1500];
  private Staging staging;
  private StagedDealFiles files;

  @BeforeEach
  void open() {
    new Random(1).nextBytes(data);
    staging = Staging.open("storage-1", root);
    files = new StagedDealFiles(this::root, staging, List.of(), Runnable::run);
  }

  private Optional<Path> root(String storageId) {
    return Optional.of(root).filter(path -> storageId.equals("storage-1"));
  }

  private static <T> T now(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private static void fails(CompletionStage<?> stage, String expected) {
    assertThatThrownBy(() -> now(stage))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(IOException.class)
        .hasMessageContaining(expected);
  }

  private Commitment expected() {
    CommPDigest digest = new CommPDigest();
    digest.update(data);
    return digest.finish(2048).commP();
  }

  private StagedFile staged() throws IOException {
    StagedPart part = staging.begin(DEAL);
    Files.write(part.data(), data);
    return staging.file(part, data.length);
  }

  @Test
  void hashesAndGivesTheStagedFile() throws IOException {
    StagedFile file = staged();
    assertThat(now(files.commP(file, PIECE))).isEqualTo(expected());
    assertThat(now(files.source(file)))
        .isEqualTo("staged:storage-1/deal-staging/" + DEAL + ".data");
  }

  @Test
  void takesAnOperatorsFileWhereItLies() throws IOException {
    Path given = Files.write(root.resolve("given.car"), data);
    StagedFile file = now(files.adopt(given.toString(), 2032));
    assertThat(file).isEqualTo(new StagedFile(StagedFile.IMPORTED, given.toString(), 1500));
    assertThat(now(files.commP(file, PIECE))).isEqualTo(expected());
    assertThat(now(files.source(file))).isEqualTo(given.toString());
    assertThat(given).exists();
  }

  @Test
  void refusesAnOperatorsFile_whenItCannotBeTheDeals() throws IOException {
    Path given = Files.write(root.resolve("given.car"), data);
    fails(files.adopt(given.toString(), 1499), "has 1500 bytes, the deal's piece takes 1499");
    fails(files.adopt("given.car", 2032), "expected an absolute path");
    fails(files.adopt("/\0", 2032), "no path");
    fails(files.adopt(root.toString(), 2032), "no readable file");
    fails(files.adopt(root.resolve("none").toString(), 2032), "no readable file");
    Files.write(given, new byte[0]);
    fails(files.adopt(given.toString(), 2032), "is empty");
    fails(files.adopt(staged(root), 2032), "lies in staging: import it from elsewhere");
  }

  private String staged(Path under) throws IOException {
    return under.resolve(staged().path()).toString();
  }

  @Test
  void takesTheFileThatALinkLeadsTo_andOnlyInItsFolders() throws IOException {
    Path given = Files.write(root.resolve("given.car"), data);
    Path clients = Files.createDirectory(root.resolve("clients"));
    String link = Files.createSymbolicLink(clients.resolve("link.car"), given).toString();
    assertThat(now(files.adopt(link, 2032)).path()).isEqualTo(given.toString());
    StagedDealFiles strict =
        new StagedDealFiles(
            this::root, staging, List.of(root.resolve("none"), clients), Runnable::run);
    fails(strict.adopt(link, 2032), link + " (that is, " + given + ") lies in none of");
    fails(strict.adopt(clients + "/../given.car", 2032), given + " lies in none of");
    Path inside = Files.move(given, clients.resolve("given.car"));
    assertThat(now(strict.adopt(inside.toString(), 2032)).path()).isEqualTo(inside.toString());
  }

  @Test
  void fails_whenTheFileIsNoLongerWhatItWas() throws IOException {
    StagedFile file = staged();
    Files.write(staging.begin(DEAL).data(), new byte[1499]);
    fails(files.source(file), "had 1500 bytes, now it has 1499");
    fails(files.commP(file, PIECE), "had 1500 bytes, now it has 1499");
    Files.delete(staging.begin(DEAL).data());
    fails(files.source(file), "no readable file");
  }

  @Test
  void namesAndDoesNotRead_whenTheFileIsStagedElsewhere() throws IOException {
    StagedFile file = staged();
    StagedFile elsewhere = new StagedFile("storage-2", file.path(), file.payloadBytes());
    assertThat(now(files.source(elsewhere))).isEqualTo("staged:storage-2/" + file.path());
    fails(files.commP(elsewhere, PIECE), "storage path storage-2, which is none of this node's");
  }

  @Test
  void fails_whenTheFileLeadsOutOfTheFolder() throws IOException {
    Files.write(root.resolve("other"), data);
    fails(files.source(new StagedFile("storage-1", "deal-staging/../other", 1500)), "outside");
    fails(files.source(new StagedFile("storage-1", "other", 1500)), "outside");
  }

  @Test
  void fails_whenNothingMoreIsReadNow() {
    StagedDealFiles busy =
        new StagedDealFiles(
            this::root,
            staging,
            List.of(),
            work -> {
              throw new RejectedExecutionException("full");
            });
    assertThatThrownBy(() -> now(busy.source(new StagedFile("storage-1", "x", 1))))
        .cause()
        .isInstanceOf(StagingException.class);
  }
}
