package io.granary.devnet.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigException;
import io.granary.devnet.ChainDriver;
import io.granary.devnet.Devnet;
import io.granary.devnet.FakeVerifier;
import io.granary.devnet.Policies;
import io.granary.devnet.RpcClient;
import io.granary.devnet.chain.GenesisSpec;
import io.granary.devnet.state.LedgerCause;
import io.granary.devnet.state.MinerDeadline;
import io.granary.devnet.state.MinerPartition;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.ActorId;
import io.granary.protocol.actor.PoStPartition;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.DeadlineInfo;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedSectorsTest {
  private static final ActorId MINER = new ActorId(1000);

  @TempDir Path directory;

  private ChainDriver driver(long sectors, int perPartition) {
    return new ChainDriver(
        directory,
        Policies.demo(),
        true,
        List.of(ChainDriver.preSealed(0)),
        new GenesisSpec.Trusted(sectors, perPartition));
  }

  @Test
  void spreadsThemOverAllDeadlines_inPartitionsOfTheSizeAsked() throws Exception {
    try (ChainDriver driver = driver(30, 4)) {
      MinerState miner = driver.miner(MINER);
      BitField trusted = miner.trusted().numbers();
      assertThat(trusted).isEqualTo(BitField.ofRange(1, 30));
      for (MinerDeadline deadline : miner.deadlines()) {
        BitField own = deadline.union(MinerPartition::all).intersect(trusted);
        assertThat(own.cardinality()).isEqualTo(10);
        assertThat(deadline.partitions())
            .allSatisfy(p -> assertThat(p.all().cardinality()).isBetween(1L, 4L));
      }
    }
  }

  @Test
  void believesTheirProofs_andVerifiesThoseOfOthers() throws Exception {
    try (ChainDriver driver = driver(30, 4)) {
      driver.stepTo(driver.policy.provingPeriod());
      DeadlineInfo open = driver.openDeadline(MINER, driver.locate(MINER, 30).deadline());
      long partition = driver.locate(MINER, 30).partition();
      assertThat(
              driver
                  .post(
                      MINER,
                      driver.postParams(
                          open,
                          FakeVerifier.bad(ChainDriver.PROOF_BYTES),
                          new PoStPartition(partition, BitField.empty())))
                  .succeeded())
          .isTrue();
      assertThat(driver.verifier.posts).isEmpty();

      DeadlineInfo own = driver.openDeadline(MINER, driver.locate(MINER, 0).deadline());
      assertThat(
              driver
                  .post(
                      MINER,
                      driver.postParams(
                          own,
                          FakeVerifier.bad(ChainDriver.PROOF_BYTES),
                          new PoStPartition(driver.locate(MINER, 0).partition(), BitField.empty())))
                  .exitCode())
          .isEqualTo(16);
    }
  }

  @Test
  void countsThemMissed_whenNobodyProvesThem() throws Exception {
    try (ChainDriver driver = driver(30, 4)) {
      driver.stepTo(3 * driver.policy.provingPeriod());

      assertThat(driver.miner(MINER).ledger().of(LedgerCause.MISSED_FAULT).count()).isEqualTo(31);
      assertThat(driver.miner(MINER).ledger().of(LedgerCause.CONTINUED_FAULT).count()).isPositive();
    }
  }

  @Test
  void answersForOneDeadlineOfAMillion_andTellsOfThem() throws Exception {
    Devnet devnet =
        Devnet.start(
            Policies.settings(
                    "granary.devnet { production = stepped, profile = swift, genesis {"
                        + " sector-size = 32GiB, miner-fil = 1000, trusted-sectors = 1000000,"
                        + " allow-trusted-sectors = true } }")
                .at(directory, 0),
            new FakeVerifier());
    try {
      devnet.step(0);
      devnet.step(0);
      RpcClient client = new RpcClient(devnet);
      JsonNode partitions = client.result("Filecoin.StateMinerPartitions", "t01000", 7, List.of());
      assertThat(partitions).hasSize(9);
      JsonNode sectors =
          client.result(
              "Filecoin.StateMinerSectors",
              "t01000",
              partitions.get(0).get("AllSectors"),
              List.of());
      assertThat(sectors).hasSize(2349);
      assertThat(client.call("Filecoin.StateMinerSectors", "t01000", null, List.of()).has("error"))
          .isTrue();
      JsonNode status = client.result("Granary.DevnetStatus");
      assertThat(status.get("TrustedSectors").asLong()).isEqualTo(1_000_000);
      assertThat(client.result("Filecoin.StateNetworkName").asText())
          .isEqualTo("granary-devnet-with-trusted-sectors");
    } finally {
      devnet.close();
    }
  }

  @Test
  void refusesThem_whenTheFlagIsNotSet() {
    assertThatThrownBy(() -> Policies.settings("granary.devnet.genesis.trusted-sectors = 1"))
        .isInstanceOf(ConfigException.BadValue.class)
        .hasMessageContaining("allow-trusted-sectors");
  }
}
