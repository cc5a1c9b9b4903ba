package io.granary.devnet.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.devnet.Policies;
import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.state.MinerDeadline;
import io.granary.devnet.state.MinerFunds;
import io.granary.devnet.state.MinerPartition;
import io.granary.devnet.state.MinerProfile;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.bitfield.BitField;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Assignment of any batches at any epochs, on mainnet's grid with partitions of two sectors. */
class SectorAssignmentPropertyTest {
  private static final ChainPolicy POLICY =
      Policies.settings("granary.devnet.profile = mainnet").policy();

  private static MinerState fresh(long offset) {
    ActorId id = new ActorId(1000);
    MinerProfile profile =
        new MinerProfile(
            id,
            id,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Bytes.empty(),
            List.of(),
            new RegisteredPoStProof(10));
    MinerFunds funds = MinerFunds.holding(TokenAmount.ZERO, 0, 1);
    return MinerState.fresh(id, profile, funds, offset, POLICY);
  }

  @Property(tries = 200)
  void putsEverySectorOnceIntoAMutableDeadline_whenBatchesArrive(
      @ForAll @LongRange(min = 0, max = 2879) long offset,
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 30) Integer> batches,
      @ForAll @LongRange(min = 1, max = 100_000) long epoch) {
    MinerState miner = fresh(offset);
    long next = 0;
    long now = epoch;
    for (int batch : batches) {
      BitField sectors = BitField.ofRange(next, next + batch - 1);
      MinerState after = SectorAssignment.assign(miner, sectors, now, POLICY);
      for (int d = 0; d < POLICY.deadlines(); d++) {
        if (!miner.grid(POLICY).isMutable(d, now)) {
          assertThat(after.deadlines().get(d)).isEqualTo(miner.deadlines().get(d));
        }
      }
      miner = after;
      next += batch;
      now += 997;
    }
    assertThat(miner.union(MinerPartition::all)).isEqualTo(BitField.ofRange(0, next - 1));
    assertThat(miner.union(MinerPartition::unproven)).isEqualTo(BitField.ofRange(0, next - 1));
    long placed = 0;
    for (MinerDeadline deadline : miner.deadlines()) {
      for (int p = 0; p < deadline.partitions().size(); p++) {
        long size = deadline.partitions().get(p).all().cardinality();
        placed += size;
        boolean last = p == deadline.partitions().size() - 1;
        assertThat(size).isBetween(last ? 1L : 2L, 2L);
      }
    }
    assertThat(placed).isEqualTo(next);
  }

  @Property(tries = 100)
  void spreadsEvenly_whenOneBatchIsLarge(
      @ForAll @LongRange(min = 0, max = 2879) long offset,
      @ForAll @IntRange(min = 92, max = 600) int count) {
    MinerState miner =
        SectorAssignment.assign(fresh(offset), BitField.ofRange(0, count - 1), 1, POLICY);

    List<Integer> partitions =
        miner.deadlines().stream()
            .map(deadline -> deadline.partitions().size())
            .filter(size -> size > 0)
            .toList();
    int most = partitions.stream().mapToInt(Integer::intValue).max().orElseThrow();
    int least = partitions.stream().mapToInt(Integer::intValue).min().orElseThrow();
    assertThat(most - least).isLessThanOrEqualTo(1);
    assertThat(partitions).hasSize(POLICY.deadlines() - 2);
  }
}
