package io.granary.devnet.rpc;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Heights of network upgrades, by the names and in the order StateGetNetworkParams has them. All
 * lie before genesis: the chain starts with the newest network version.
 */
final class NetworkUpgrades {
  private static final List<String> NAMES =
      List.of(
          "UpgradeSmokeHeight",
          "UpgradeBreezeHeight",
          "UpgradeIgnitionHeight",
          "UpgradeLiftoffHeight",
          "UpgradeAssemblyHeight",
          "UpgradeRefuelHeight",
          "UpgradeTapeHeight",
          "UpgradeKumquatHeight",
          "BreezeGasTampingDuration",
          "UpgradeCalicoHeight",
          "UpgradePersianHeight",
          "UpgradeOrangeHeight",
          "UpgradeClausHeight",
          "UpgradeTrustHeight",
          "UpgradeNorwegianHeight",
          "UpgradeTurboHeight",
          "UpgradeHyperdriveHeight",
          "UpgradeChocolateHeight",
          "UpgradeOhSnapHeight",
          "UpgradeSkyrHeight",
          "UpgradeSharkHeight",
          "UpgradeHyggeHeight",
          "UpgradeLightningHeight",
          "UpgradeThunderHeight",
          "UpgradeWatermelonHeight",
          "UpgradeDragonHeight",
          "UpgradePhoenixHeight",
          "UpgradeWaffleHeight",
          "UpgradeTuktukHeight",
          "UpgradeTeepHeight",
          "UpgradeTockHeight",
          "UpgradeGoldenWeekHeight",
          "UpgradeFireHorseHeight",
          "UpgradeXxHeight");

  /** Each name with its height; the one duration is 0. */
  static final Map<String, Long> HEIGHTS = heights();

  private NetworkUpgrades() {}

  private static Map<String, Long> heights() {
    Map<String, Long> heights = new LinkedHashMap<>();
    for (String name : NAMES) {
      heights.put(name, name.endsWith("Duration") ? 0L : -1L - heights.size());
    }
    return Collections.unmodifiableMap(heights);
  }
}
