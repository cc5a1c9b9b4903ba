package io.granary.sharding;

import com.typesafe.config.Config;
import io.granary.sharding.address.AddressSettings;
import io.granary.sharding.deadline.DeadlineSettings;
import io.granary.sharding.miner.MinerSettings;
import io.granary.sharding.sector.SectorSettings;
import io.granary.sharding.sender.SenderSettings;

/** The settings of {@code granary.sharding}. */
public record ShardingSettings(
    SectorSettings sector,
    SenderSettings sender,
    DeadlineSettings deadline,
    MinerSettings miner,
    AddressSettings addresses,
    TickerSettings ticker) {

  /** Reads {@code granary.sharding} of {@code root}. */
  public static ShardingSettings from(Config root) {
    return new ShardingSettings(
        SectorSettings.from(root),
        SenderSettings.from(root),
        DeadlineSettings.from(root),
        MinerSettings.from(root),
        AddressSettings.from(root),
        TickerSettings.from(root));
  }
}
