package io.granary.ops.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DifferencesTest {
  private static final PresenceSettings SETTINGS =
      new PresenceSettings(true, Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofDays(1));
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final PeerId PEER = Identity.generate().peerId();
  private static final Multiaddr OURS = Multiaddr.parse("/dns4/a.example/tcp/4001");
  private static final Multiaddr AWAY = Multiaddr.parse("/dns4/b.example/tcp/4001");
  private static final ChainRecord CHAIN =
      new ChainRecord(Optional.of(PEER.toString()), List.of(OURS, AWAY), List.of());

  @TempDir private Path folder;

  private static Differences fresh() {
    return new Differences(SETTINGS, Map.of(), NOW);
  }

  /** What should stand on chain {@code hours} after the begin. */
  private static Optional<List<Multiaddr>> wanted(
      Differences differences, int hours, Multiaddr... there) {
    PeerCard card = new PeerCard("n1", PEER, List.of(there));
    return differences.judge(CHAIN, List.of(card), at(hours)).addresses();
  }

  private static Instant at(int hours) {
    return NOW.plus(Duration.ofHours(hours));
  }

  @Test
  void forgetsAnAddress_whenNoNodeHadItForLong() {
    Differences differences = fresh();
    assertThat(wanted(differences, 0, OURS)).isEmpty();
    assertThat(wanted(differences, 23, OURS)).isEmpty();
    assertThat(wanted(differences, 24, OURS)).contains(List.of(OURS));
  }

  @Test
  void countsAnew_whenItsNodeWasBack() {
    Differences differences = fresh();
    assertThat(wanted(differences, 0, OURS)).isEmpty();
    assertThat(wanted(differences, 23, OURS, AWAY)).isEmpty();
    assertThat(differences.absent(at(23))).isEmpty();
    assertThat(wanted(differences, 24, OURS)).isEmpty();
    assertThat(wanted(differences, 47, OURS)).isEmpty();
    assertThat(wanted(differences, 48, OURS)).contains(List.of(OURS));
  }

  @Test
  void goesOnCounting_whenTheNodeStartedAnew_butNotWhileItWasDown() throws IOException {
    Differences before = fresh();
    assertThat(wanted(before, 0, OURS)).isEmpty();
    assertThat(wanted(before, 20, OURS)).isEmpty();
    AbsenceFile file = new AbsenceFile(folder.resolve("absent.json"));
    file.write(before.absent(at(20)));
    Differences after = new Differences(SETTINGS, file.read(), at(30));
    assertThat(wanted(after, 30, OURS)).isEmpty();
    assertThat(wanted(after, 33, OURS)).isEmpty();
    assertThat(wanted(after, 34, OURS)).contains(List.of(OURS));
  }

  @Test
  void remembersNothing_whenThereIsNoFileYet() throws IOException {
    assertThat(new AbsenceFile(folder.resolve("none")).read()).isEmpty();
  }

  @Test
  void refusesAFile_whenItSaysSomethingElse() throws IOException {
    for (String text :
        List.of("{\"/dns4/b.example\"", "{\"b\":\"PT1H\"}", "{\"/ip4/1.2.3.4\":1}")) {
      Path file = Files.writeString(folder.resolve("absent.json"), text);
      assertThatThrownBy(() -> new AbsenceFile(file).read())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is no list of addresses");
    }
  }
}
