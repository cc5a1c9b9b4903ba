package io.granary.devnet.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.devnet.Policies;
import io.granary.protocol.TokenAmount;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

/** The money of a 2 KiB sector against what the recorded chain took for one. */
class EconomicsTest {
  private static final BigInteger SECTOR = BigInteger.valueOf(2048);

  @Test
  void pledgesAsRecorded() {
    // recorded StateSectorGetInfo and StateMinerInitialPledgeForSector
    TokenAmount pledge = Economics.initialPledge(SECTOR);
    assertThat(pledge).isEqualTo(TokenAmount.ofAtto(59_604_643_840L));
    assertThat(Economics.withMargin(pledge)).isEqualTo(TokenAmount.ofAtto(65_565_108_224L));
  }

  @Test
  void asksTheRecordedCreationDeposit() {
    // recorded StateMinerCreationDeposit
    assertThat(Economics.creationDeposit(Policies.demo()))
        .isEqualTo(TokenAmount.ofAtto(5_937_181_320L));
  }

  @Test
  void takesADepositWithinAPerMilleOfTheRecordedOne() {
    // recorded StateSectorPreCommitInfo--s1
    long recorded = 895_381_897_187L;
    long here = Economics.preCommitDeposit(2048).atto().longValueExact();
    assertThat(here).isBetween(recorded * 999 / 1000, recorded * 1001 / 1000);
  }

  @Test
  void takesADailyFeeWithinAPerMilleOfTheRecordedOne() {
    // recorded StateSectorGetInfo--after-dispute
    long here = Economics.dailyFee(SECTOR).atto().longValueExact();
    assertThat(here).isBetween(308_707L * 999 / 1000, 308_707L * 1001 / 1000);
  }

  @Test
  void neverFeesLessThanTwoPercent_whenASectorIsTerminatedYoung() {
    TokenAmount pledge = TokenAmount.ofFil(1000);

    assertThat(Economics.terminationFee(pledge, 0, BigInteger.ONE))
        .isEqualTo(TokenAmount.ofFil(20));
    assertThat(Economics.terminationFee(pledge, 403_200, BigInteger.ONE))
        .isEqualTo(TokenAmount.ofFil(85));
    assertThat(Economics.terminationFee(pledge, 10_000_000, BigInteger.ONE))
        .isEqualTo(TokenAmount.ofFil(85));
  }
}
