package io.granary.ops.cli;

import io.granary.bridge.client.ClientSettings;
import io.granary.bridge.client.DealRun;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How far a deal is followed, and at what pace. */
final class ClientFollowOptions {
  @Option(
      names = "--until",
      paramLabel = "STAGE",
      defaultValue = "active",
      description =
          "Follow the deal until it is answered, transferred or active (default:"
              + " ${DEFAULT-VALUE}). Its data is served no longer than that.")
  private DealRun.Until until = DealRun.Until.ACTIVE;

  @Option(
      names = "--poll",
      paramLabel = "SECONDS",
      description =
          "Ask the provider so often (default: granary.network-bridge.client.poll-every).")
  private Optional<Integer> poll = Optional.empty();

  DealRun.Until until() {
    return until;
  }

  ClientSettings apply(ClientSettings settings) {
    return poll.map(seconds -> settings.withPollEvery(Duration.ofSeconds(seconds)))
        .orElse(settings);
  }
}
