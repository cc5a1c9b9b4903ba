package io.granary.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import io.granary.devnet.chain.DevnetException;
import io.granary.devnet.policy.ChainPolicy;
import io.granary.protocol.SectorSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevnetSettingsTest {
  @Test
  void isTheShortProfile_whenNothingIsSaid() {
    DevnetSettings settings = Policies.settings("");

    assertThat(settings.timer()).isTrue();
    assertThat(settings.blockTime().toMillis()).isEqualTo(1000);
    assertThat(settings.verifyAllPosts()).isTrue();
    assertThat(settings.policy().provingPeriod()).isEqualTo(45);
    assertThat(settings.policy().challengeLookback()).isEqualTo(8);
    assertThat(settings.policy().faultDeclarationCutoff()).isEqualTo(12);
    assertThat(settings.policy().preCommitChallengeDelay()).isEqualTo(5);
    assertThat(settings.policy().sectorSizes())
        .containsExactly(SectorSize.SIZE_2KIB, SectorSize.SIZE_8MIB);
  }

  @Test
  void hasMainnetsConstants_whenTheProfileSaysSo() {
    ChainPolicy mainnet = Policies.settings("granary.devnet.profile = mainnet").policy();

    // chain.md 4.3, 4.5, 5.1
    assertThat(mainnet.provingPeriod()).isEqualTo(2880);
    assertThat(mainnet.proveCommitLimit()).isEqualTo(86_550);
    assertThat(mainnet.minSectorLifetime()).isEqualTo(518_400);
    assertThat(mainnet.maxSectorExpiration()).isEqualTo(3_680_640);
    assertThat(mainnet.faultMaxAge()).isEqualTo(120_960);
    assertThat(mainnet.disputeWindow()).isEqualTo(1800);
    assertThat(mainnet.consensusMinerMinPower().bitLength()).isEqualTo(44);
  }

  @Test
  void takesTheOtherConstantsOfTheProfile_whenOneIsReplaced() {
    ChainPolicy policy = Policies.with("deadlines = 6");

    assertThat(policy.deadlines()).isEqualTo(6);
    assertThat(policy.challengeWindow()).isEqualTo(15);
  }

  @ParameterizedTest
  @CsvSource({
    "production = sometimes, production",
    "profile = nonsense, profile",
    "port = 70000, port",
    "network-prefix = x, network-prefix",
    "base-fee-atto = 0, base-fee-atto",
    "block-time = 0 s, block-time",
    "genesis.sector-size = 3KiB, genesis.sector-size",
    "chain.deadlines = 2, chain",
    "chain.sector-sizes = [], chain",
    "chain.fault-declaration-cutoff = 8, chain",
  })
  void namesTheKey_whenItsValueIsWrong(String setting, String key) {
    assertThatThrownBy(() -> Policies.settings("granary.devnet." + setting))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key);
  }

  @Test
  void readsPreSealedSectors_whenTheFileIsGiven(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("sectors.json");
    String hex = "00".repeat(31) + "01";
    Files.writeString(
        file,
        "[{\"number\":7,\"commR\":\"%s\",\"commD\":\"%s\",\"proofType\":5}]".formatted(hex, hex));

    DevnetSettings settings =
        Policies.settings("granary.devnet.genesis.pre-sealed-file = \"" + file + "\"");

    assertThat(settings.preSealed())
        .singleElement()
        .satisfies(
            sector -> {
              assertThat(sector.number().value()).isEqualTo(7);
              assertThat(sector.commR().bytes().toHex()).isEqualTo(hex);
            });
  }

  @Test
  void namesFileAndEntry_whenAPreSealedSectorIsMalformed(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("sectors.json");
    Files.writeString(file, "[{\"number\":\"seven\"}]");

    assertThatThrownBy(() -> PreSealedFile.read(file))
        .isInstanceOf(DevnetException.class)
        .hasMessageContaining("sectors.json")
        .hasMessageContaining("entry 0");
  }
}
