package io.granary.prover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.piece.Commitment;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.TestSettings;
import io.granary.prover.child.ChildDiedException;
import io.granary.prover.child.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sectors that hang or kill their reader. The real child refuses whatever could be laid out here to
 * make it hang (it wants regular files), so shell scripts stand in for it.
 */
class VanillaReaderIT {
  /** Speaks frames; {@code $dir} is where proofs go, {@code $runs} counts the processes. */
  private static final String FUNCTIONS =
      """
      #!/bin/sh
      frame() { n=${#1}; printf "\\\\000\\\\000\\\\$(printf %o $((n/256)))\\\\$(printf %o $((n%256)))%s" "$1"; }
      step() { frame '{"type":"progress","id":"1","stage":"vanilla.'$1'","done":0,"total":9,"sector_number":"'$2'"}'; }
      good() { step started $1; echo proof > "$dir/$1.vanilla"; step done $1; }
      answer() { frame '{"type":"response","id":"1","ok":{"sectors":['"$1"']}}'; }
      frame '{"type":"hello","protocol":1,"pid":1,"version":"t"}'
      length=$(head -c 4 | od -An -tu1 | awk '{print $3*256+$4}')
      request=$(head -c $length)
      dir=$(printf %s "$request" | sed 's/.*"output_dir":"\\([^"]*\\)".*/\\1/')
      parallel=$(printf %s "$request" | sed 's/.*"parallel":\\([0-9]*\\).*/\\1/')
      echo $parallel >> "$dir/runs"
      runs=$(wc -l < "$dir/runs")
      """;

  @TempDir Path home;
  private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void stop() {
    watchdog.shutdownNow();
  }

  private VanillaReader.Outcome read(String script, long... sectors) throws IOException {
    return reads(script, sectors).get(0);
  }

  /** What one reader makes of one request after the other. */
  private List<VanillaReader.Outcome> reads(String script, long[]... requests) throws IOException {
    Path program = Files.writeString(home.resolve("prover"), FUNCTIONS + script);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    ProverWorkersSettings settings =
        TestSettings.of(
            home,
            """
            granary.prover {
              child { binary = "%s", ping-interval = 100s }
              worker {
                vanilla-sector-limit = 700ms, vanilla-silent-limit = 300ms, vanilla-parallel = 3
              }
            }
            """
                .formatted(program));
    try (Children children = new Children(settings.child())) {
      VanillaReader reader =
          new VanillaReader(
              new ChildCalls(children, settings.child()), watchdog, settings.worker());
      List<VanillaReader.Outcome> outcomes = new ArrayList<>();
      for (long[] sectors : requests) {
        outcomes.add(read(reader, settings, sectors));
      }
      return outcomes;
    }
  }

  private VanillaReader.Outcome read(
      VanillaReader reader, ProverWorkersSettings settings, long... sectors) throws IOException {
    Map<SectorNumber, Integer> told = new ConcurrentHashMap<>();
    VanillaReader.Outcome outcome =
        reader.read(
            new VanillaReader.Request(
                new ActorId(1000),
                SectorSize.SIZE_2KIB.windowPoStV1_1(),
                Bytes.of(new byte[32]),
                Files.createDirectories(home.resolve("out")),
                LongStream.of(sectors).mapToObj(this::replica).toList(),
                settings.worker().vanillaSectorLimit()),
            new JobRun(new JobId("ab".repeat(32)), Map.of(), (stage, percent) -> {}),
            counting(told));
    Set<SectorNumber> all = new HashSet<>(outcome.proven().keySet());
    all.addAll(outcome.unreadable().keySet());
    assertThat(told).containsOnlyKeys(all);
    assertThat(told.values()).containsOnly(1);
    return outcome;
  }

  private static VanillaReader.Listener counting(Map<SectorNumber, Integer> told) {
    return new VanillaReader.Listener() {
      @Override
      public void proven(SectorNumber sector, Path proof) {
        told.merge(sector, 1, Integer::sum);
      }

      @Override
      public void unreadable(SectorNumber sector, String reason) {
        told.merge(sector, 1, Integer::sum);
      }
    };
  }

  private VanillaReader.Replica replica(long number) {
    return new VanillaReader.Replica(
        new ReplicaRef(
            new SectorNumber(number),
            SectorSize.SIZE_2KIB.sealProofV1_1(),
            new Commitment(Bytes.of(new byte[32]))),
        number < 100 ? "here" : "elsewhere",
        home.resolve("sealed"),
        home.resolve("cache"));
  }

  private static SectorNumber number(long number) {
    return new SectorNumber(number);
  }

  @Test
  void skipsTheSectorThatHangsTwice_andAsksAgainForThoseNotDone() throws IOException {
    VanillaReader.Outcome outcome =
        read(
            """
            if [ $runs = 1 ]; then good 1; step started 2; exec sleep 60; fi
            if [ $runs = 2 ]; then good 3; step started 2; exec sleep 60; fi
            """,
            1,
            2,
            3);
    assertThat(outcome.proven()).containsOnlyKeys(number(1), number(3));
    assertThat(outcome.unreadable().get(number(2))).contains("more than PT0.7S, twice");
    assertThat(home.resolve("out/runs")).hasContent("3\n3");
  }

  @Test
  void skipsNothing_whenTheChildHungOnlyOnce() throws IOException {
    VanillaReader.Outcome outcome =
        read(
            """
            if [ $runs = 1 ]; then step started 1; exec sleep 60; fi
            good 1
            answer '{"sector_number":"1","proof":{}}'
            cat > /dev/null
            """,
            1);
    assertThat(outcome.proven()).containsOnlyKeys(number(1));
  }

  @Test
  void givesUpAStoragePath_whenTwoRoundsGotOnlySilenceFromIt() throws IOException {
    VanillaReader.Outcome outcome =
        read(
            """
            if [ $runs = 1 ]; then step started 101; step started 102; good 1; exec sleep 60; fi
            step started 103; exec sleep 60
            """,
            1,
            101,
            102,
            103,
            104,
            105);
    assertThat(outcome.proven()).containsOnlyKeys(number(1));
    assertThat(outcome.unreadable()).hasSize(5);
    assertThat(outcome.unreadable().get(number(105))).contains("elsewhere does not answer");
    assertThat(home.resolve("out/runs")).hasContent("3\n3");
  }

  @Test
  void asksAPathLastAndBriefly_whenItWasSilentForARequestBefore() throws IOException {
    List<VanillaReader.Outcome> outcomes =
        reads(
            """
            order=$(printf %s "$request" | grep -o '"sector_number":"[0-9]*"' | tr -dc '0-9\\n')
            echo $order >> "$dir/orders"
            for n in $order; do
              if [ $n -gt 100 ]; then step started $n; exec sleep 60; fi
              good $n
            done
            """,
            new long[] {1, 101}, new long[] {102, 2, 103});
    assertThat(outcomes.get(0).unreadable().get(number(101))).contains("PT0.7S, twice");
    assertThat(outcomes.get(1).proven()).containsOnlyKeys(number(2));
    assertThat(outcomes.get(1).unreadable()).containsOnlyKeys(number(102), number(103));
    assertThat(outcomes.get(1).unreadable().get(number(102)))
        .contains("elsewhere does not answer", "was silent before", "PT0.3S");
    assertThat(home.resolve("out/orders")).hasContent("1 101\n101\n2 102 103");
  }

  @Test
  void skipsNothing_whenAPathAnswersAfterItsSilence() throws IOException {
    List<VanillaReader.Outcome> outcomes =
        reads(
            """
            if [ $runs -le 2 ]; then step started 101; exec sleep 60; fi
            good 102
            answer '{"sector_number":"102","proof":{}}'
            cat > /dev/null
            """,
            new long[] {101},
            new long[] {102});
    assertThat(outcomes.get(0).unreadable()).containsOnlyKeys(number(101));
    assertThat(outcomes.get(1).proven()).containsOnlyKeys(number(102));
  }

  @Test
  void findsTheSectorThatKillsItsReader_byReadingOneAtATime() throws IOException {
    VanillaReader.Outcome outcome =
        read(
            """
            if [ $runs = 1 ]; then step started 1; step started 2; kill -BUS $$; fi
            if [ $runs = 2 ]; then good 1; step started 2; kill -BUS $$; fi
            good 3
            answer '{"sector_number":"3","proof":{}}'
            cat > /dev/null
            """,
            1,
            2,
            3);
    assertThat(outcome.proven()).containsOnlyKeys(number(1), number(3));
    assertThat(outcome.unreadable().get(number(2))).contains("killed the prover child", "SIGBUS");
    assertThat(home.resolve("out/runs")).hasContent("3\n1\n3");
  }

  @Test
  void skipsNothing_whenTheChildWasKilledOnlyOnce() throws IOException {
    VanillaReader.Outcome outcome =
        read(
            """
            if [ $runs = 1 ]; then step started 1; kill -KILL $$; fi
            good 1
            answer '{"sector_number":"1","proof":{}}'
            cat > /dev/null
            """,
            1);
    assertThat(outcome.proven()).containsOnlyKeys(number(1));
    assertThat(outcome.unreadable()).isEmpty();
  }

  @Test
  void fails_whenTheChildDiesWithoutReadingAny() {
    assertThatThrownBy(() -> read("exit 3", 1, 2)).isInstanceOf(ChildDiedException.class);
  }

  @Test
  void takesTheReason_whenTheChildSaysWhyASectorIsBad() throws IOException {
    VanillaReader.Outcome outcome =
        read(
            """
            good 1
            answer '{"sector_number":"1","proof":{}},
              {"sector_number":"2","error":{"kind":"io","message":"no such mount"}},
              {"sector_number":"3","proof":{}}'
            cat > /dev/null
            """,
            1,
            2,
            3);
    assertThat(outcome.proven()).containsOnlyKeys(number(1));
    assertThat(outcome.unreadable().get(number(2))).isEqualTo("io: no such mount");
    assertThat(outcome.unreadable().get(number(3))).contains("is not there");
  }
}
