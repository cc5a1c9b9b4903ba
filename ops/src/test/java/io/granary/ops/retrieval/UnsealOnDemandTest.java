package io.granary.ops.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.granary.bridge.retrieval.RetrievalSettings;
import io.granary.bridge.retrieval.UnsealSettings;
import io.granary.ops.http.Decoder;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.piece.CommP;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.PieceReader;
import io.granary.protocol.port.PieceUnsealer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One decoding for all, few at once, nothing left behind. */
class UnsealOnDemandTest {
  private static final int BYTES = 1000;
  private static final Bytes ANN = Bytes.of(new byte[] {1});
  private static final Bytes BOB = Bytes.of(new byte[] {2});

  @TempDir private Path folder;
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private final Replicas replicas = new Replicas();
  private final Decodings decodings = new Decodings();
  private PieceReader.Lookup.Sealed one = replicas.add(1);
  private UnsealOnDemand pieces;

  @BeforeEach
  void start() throws IOException {
    start("");
  }

  private void start(String more) throws IOException {
    UnsealSettings settings =
        RetrievalSettings.from(
                ConfigFactory.parseString(
                        "granary.network-bridge.retrieval.unseal {"
                            + " free-bytes-min = 0, cache-bytes-max = 3000, jobs-max = 2, "
                            + " abandon-after = 15m, failure-memory = 10m, retry-after = 60s\n"
                            + more
                            + "}")
                    .withFallback(ConfigFactory.defaultReference())
                    .resolve())
            .unseal();
    pieces =
        new UnsealOnDemand(
            replicas,
            PieceCache.open(
                folder.resolve("cache"),
                new PieceCache.Bounds(settings.cacheBytesMax(), 0, settings.keptMin()),
                () -> now),
            decodings,
            settings,
            () -> now,
            Runnable::run);
  }

  private static byte[] data(int seed) {
    byte[] data = new byte[BYTES];
    new Random(seed).nextBytes(data);
    return data;
  }

  /** Pieces of which only replicas are here. */
  private static final class Replicas implements SealedPieces {
    private final Map<Commitment, Lookup.Sealed> all = new HashMap<>();

    Lookup.Sealed add(int seed) {
      try {
        PieceInfo piece = CommP.of(new ByteArrayInputStream(data(seed)));
        Lookup.Sealed known = new Lookup.Sealed(piece, BYTES, SectorId.of(1000, seed));
        all.put(piece.commP(), known);
        return known;
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public Optional<JobSpec.Unseal> job(Commitment commP) {
      return Optional.ofNullable(all.get(commP))
          .map(
              piece ->
                  new JobSpec.Unseal(
                      piece.sector(),
                      SectorSize.SIZE_2KIB.sealProofV1_1(),
                      Bytes.of(new byte[32]),
                      commP,
                      0,
                      BYTES));
    }

    @Override
    public List<Lookup.Sealed> sealed() {
      return List.copyOf(all.values());
    }

    @Override
    public Lookup find(Commitment commP) {
      Lookup.Sealed found = all.get(commP);
      return found == null ? new Lookup.Unknown() : found;
    }
  }

  /** Decodings that end when a test says so. */
  private final class Decodings implements Decoder {
    final List<JobSpec.Unseal> asked = new ArrayList<>();
    final List<JobSpec.Unseal> reminded = new ArrayList<>();
    final List<JobSpec.Unseal> givenUp = new ArrayList<>();
    final List<CompletableFuture<Decoded>> answers = new ArrayList<>();

    @Override
    public CompletionStage<Decoded> decode(JobSpec.Unseal job) {
      asked.add(job);
      answers.add(new CompletableFuture<>());
      return answers.get(answers.size() - 1);
    }

    @Override
    public void remind(JobSpec.Unseal job) {
      reminded.add(job);
    }

    @Override
    public void giveUp(JobSpec.Unseal job, String reason) {
      givenUp.add(job);
      answers.get(asked.indexOf(job)).completeExceptionally(new IllegalStateException(reason));
    }

    Path succeed(int number, byte[] data) throws IOException {
      Path blob = Files.write(folder.resolve("blob-" + number), data);
      answers
          .get(number)
          .complete(
              new Decoded() {
                @Override
                public InputStream open() throws IOException {
                  return Files.newInputStream(blob);
                }

                @Override
                public BlobRef copyTo(Path target) {
                  throw new AssertionError("what clients ask for is read");
                }

                @Override
                public void delete() {
                  try {
                    Files.delete(blob);
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                }
              });
      return blob;
    }
  }

  private CompletableFuture<Void> underWay(PieceReader.Lookup.Sealed piece, Bytes client) {
    assertThat(pieces.unseal(piece, client)).isInstanceOf(PieceUnsealer.Outcome.UnderWay.class);
    return ((PieceUnsealer.Outcome.UnderWay) pieces.unseal(piece, client))
        .done()
        .toCompletableFuture();
  }

  private PieceUnsealer.Outcome.Refused refused(PieceReader.Lookup.Sealed piece, Bytes client) {
    PieceUnsealer.Outcome outcome = pieces.unseal(piece, client);
    assertThat(outcome).isInstanceOf(PieceUnsealer.Outcome.Refused.class);
    return (PieceUnsealer.Outcome.Refused) outcome;
  }

  @Test
  void decodesOnce_whenManyAskForOnePiece() throws IOException {
    CompletableFuture<Void> ann = underWay(one, ANN);
    CompletableFuture<Void> bob = underWay(one, BOB);
    assertThat(decodings.asked).hasSize(1);
    assertThat(ann).isNotDone();
    assertThat(pieces.find(one.piece().commP())).isEqualTo(one);
    Path blob = decodings.succeed(0, data(1));
    assertThat(ann).isCompleted();
    assertThat(bob).isCompleted();
    assertThat(blob).doesNotExist();
    PieceReader.Lookup found = pieces.find(one.piece().commP());
    assertThat(found).isInstanceOf(PieceReader.Lookup.Here.class);
    try (InputStream stream = ((PieceReader.Lookup.Here) found).copy().open(0, BYTES)) {
      assertThat(stream.readAllBytes()).isEqualTo(data(1));
    }
    assertThat(pieces.copies()).hasSize(1);
    assertThat(underWay(one, ANN)).as("it is here").isCompleted();
    assertThat(decodings.asked).hasSize(1);
  }

  @Test
  void remindsThePoolNowAndThen_whileClientsAskAgain() {
    assertThat(underWay(one, ANN)).isNotDone();
    assertThat(decodings.reminded).isEmpty();
    now = now.plusSeconds(60);
    assertThat(underWay(one, ANN)).isNotDone();
    assertThat(underWay(one, BOB)).isNotDone();
    assertThat(decodings.reminded).isEqualTo(decodings.asked);
  }

  @Test
  void servesNothingAndTriesLater_whenTheBytesAreOthers() throws IOException {
    CompletableFuture<Void> done = underWay(one, ANN);
    Path blob = decodings.succeed(0, data(2));
    assertThat(done).isCompleted();
    assertThat(blob).doesNotExist();
    assertThat(pieces.find(one.piece().commP())).isEqualTo(one);
    now = now.plusSeconds(60);
    PieceUnsealer.Outcome.Refused refused = refused(one, BOB);
    assertThat(refused.reason()).contains("sector " + one.sector()).contains("failed");
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofMinutes(9));
    now = now.plusSeconds(9 * 60);
    assertThat(underWay(one, BOB)).isNotDone();
    decodings.succeed(1, data(1));
    assertThat(pieces.find(one.piece().commP())).isInstanceOf(PieceReader.Lookup.Here.class);
  }

  @Test
  void refusesOthers_whenAsManyAsAllowedAreDecoded() throws IOException {
    assertThat(underWay(one, ANN)).isNotDone();
    PieceReader.Lookup.Sealed two = replicas.add(2);
    PieceReader.Lookup.Sealed three = replicas.add(3);
    assertThat(refused(two, ANN).reason()).contains("for you");
    assertThat(underWay(two, BOB)).isNotDone();
    assertThat(refused(three, Bytes.of(new byte[] {3})).reason()).contains("2 others");
    assertThat(decodings.asked).hasSize(2);
    decodings.succeed(0, data(1));
    assertThat(underWay(three, ANN)).isNotDone();
  }

  @Test
  void refusesAPiece_whenThereIsNoRoomForIt() throws IOException {
    start("cache-bytes-max = 1500, jobs-of-address-max = 2");
    assertThat(underWay(one, ANN)).isNotDone();
    PieceReader.Lookup.Sealed two = replicas.add(2);
    assertThat(refused(two, ANN).reason()).contains("no room");
    decodings.answers.get(0).completeExceptionally(new IllegalStateException("no worker"));
    assertThat(underWay(two, ANN)).as("the room is free again").isNotDone();
  }

  @Test
  void refusesAPiece_whenItsReplicaHasGone() {
    replicas.all.clear();
    assertThat(refused(one, ANN).reason()).contains("no longer on a node that answers");
    assertThat(decodings.asked).isEmpty();
  }

  @Test
  void givesUp_whenNobodyAsksAnyMore() {
    CompletableFuture<Void> done = underWay(one, ANN);
    now = now.plusSeconds(14 * 60);
    assertThat(underWay(one, BOB)).isNotDone();
    now = now.plusSeconds(14 * 60);
    pieces.tidy();
    assertThat(decodings.givenUp).isEmpty();
    now = now.plusSeconds(2 * 60);
    pieces.tidy();
    assertThat(decodings.givenUp).isEqualTo(decodings.asked);
    assertThat(done).isCompleted();
    assertThat(underWay(one, ANN)).as("that was no failure").isNotDone();
    assertThat(decodings.asked).hasSize(2);
  }

  @Test
  void answersWhoWaits_andBeginsNothing_whenItIsClosed() {
    CompletableFuture<Void> done = underWay(one, ANN);
    pieces.close();
    assertThat(done).isCompleted();
    assertThat(decodings.givenUp).hasSize(1);
    assertThat(refused(one, ANN).reason()).contains("stops");
  }
}
