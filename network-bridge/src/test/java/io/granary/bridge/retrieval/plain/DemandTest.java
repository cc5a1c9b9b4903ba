package io.granary.bridge.retrieval.plain;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.piece.Commitment;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DemandTest {
  private static final Commitment PIECE = piece(1);
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private final Demand demand = new Demand(2, Duration.ofMinutes(10), () -> now);

  private static Commitment piece(int value) {
    return new Commitment(Bytes.fromHex("0" + value + "00".repeat(31)));
  }

  @Test
  void isEnough_whenPartsComeToIt() {
    assertThat(demand.read(PIECE, 60, 100)).isFalse();
    assertThat(demand.read(piece(2), 60, 100)).isFalse();
    assertThat(demand.read(PIECE, 39, 100)).isFalse();
    assertThat(demand.read(PIECE, 1, 100)).isTrue();
    assertThat(demand.read(PIECE, 0, 100)).isTrue();
  }

  @Test
  void beginsAnew_whenTheTimeIsOver() {
    assertThat(demand.read(PIECE, 99, 100)).isFalse();
    now = now.plus(Duration.ofMinutes(10));
    assertThat(demand.read(PIECE, 99, 100)).isFalse();
    now = now.plus(Duration.ofMinutes(9));
    assertThat(demand.read(PIECE, 1, 100)).isTrue();
  }

  @Test
  void countsNothing_whileAPieceRests() {
    demand.rest(PIECE);
    assertThat(demand.read(PIECE, 100, 100)).isFalse();
    now = now.plus(Duration.ofMinutes(10));
    assertThat(demand.read(PIECE, 100, 100)).isTrue();
  }

  @Test
  void forgetsThePieceReadLongestAgo_whenThereAreTooMany() {
    assertThat(demand.read(PIECE, 99, 100)).isFalse();
    assertThat(demand.read(piece(2), 99, 100)).isFalse();
    assertThat(demand.read(PIECE, 0, 100)).isFalse();
    assertThat(demand.read(piece(3), 99, 100)).isFalse();
    assertThat(demand.size()).isEqualTo(2);
    assertThat(demand.read(PIECE, 1, 100)).isTrue();
    assertThat(demand.read(piece(2), 1, 100)).isFalse();
  }
}
