package io.granary.protocol.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Epoch;
import org.junit.jupiter.api.Test;

/** Numbers of chain.md 4.3, 4.5 and 7. */
class NetworkPolicyTest {
  private final NetworkPolicy mainnet = NetworkPolicy.MAINNET;

  @Test
  void ticketEpochIsNegative_whenTheChainIsYoung() {
    assertThat(mainnet.ticketEpoch(new Epoch(10))).isEqualTo(new Epoch(-890));
  }

  @Test
  void commitLimitFollowsTheDelay_whenTheNodeTellsAnotherDelay() {
    assertThat(NetworkPolicy.LOTUS_2K.maxProveCommitDuration()).isEqualTo(86_410);
    assertThat(NetworkPolicy.LOTUS_2K.seedEpoch(new Epoch(20))).isEqualTo(new Epoch(30));
    assertThat(mainnet.lastCommitEpoch(new Epoch(1))).isEqualTo(new Epoch(86_551));
  }

  @Test
  void keepsTheWishedLifetime_whenTheNetworkAllowsIt() {
    assertThat(mainnet.expirationFor(new Epoch(5), 1_555_200)).isEqualTo(new Epoch(1_555_205));
  }

  @Test
  void movesTheExpirationIntoTheBounds_whenTheWishIsTooShortOrTooLong() {
    // The actor wants inclusion + 604 950; a ticket may let the message land 3 780 later.
    assertThat(mainnet.expirationFor(new Epoch(0), 1)).isEqualTo(new Epoch(608_730));
    assertThat(mainnet.expirationFor(new Epoch(0), Long.MAX_VALUE)).isEqualTo(new Epoch(3_680_640));
  }

  @Test
  void refusesAPolicy_whenTheSeedWouldComeAfterTheLastCommit() {
    assertThatThrownBy(() -> new NetworkPolicy(900, 150, 150, 3_780, 1, 3_680_640, 900, 5, 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("max prove commit");
  }
}
