package io.granary.sharding.sector;

import io.granary.protocol.SectorId;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.sector.Faulty;
import io.granary.protocol.sector.Filling;
import io.granary.protocol.sector.Parked;
import io.granary.protocol.sector.Proving;
import io.granary.protocol.sector.Removing;
import io.granary.protocol.sector.SectorState;
import io.granary.protocol.sender.MessageReport;
import org.slf4j.Logger;

/** What an operator reads of a sector. */
final class SectorOperatorLog {
  private final Logger log;
  private final SectorId sector;

  SectorOperatorLog(Logger log, SectorId sector) {
    this.log = log;
    this.sector = sector;
  }

  void changed(SectorState before, SectorState.Living after) {
    if (before.getClass() == after.getClass()) {
      log.debug("sector {}: {} changed", sector, after.name());
    } else if (after instanceof Parked parked) {
      log.error(
          "sector {}: parked in {}, an operator has to act: {}",
          sector,
          parked.stage().name(),
          parked.reason());
    } else if (after instanceof Faulty faulty) {
      log.warn("sector {}: faulty: {}", sector, faulty.fault().reason());
    } else if (after instanceof Proving proving && proving.kept().isPresent()) {
      log.warn(
          "sector {}: its unsealed copy, which nobody wants, could not be deleted: {}",
          sector,
          proving.kept().get().reason());
    } else if (before instanceof Filling && after instanceof Removing removing) {
      log.warn("sector {}: given up before it was sealed: {}", sector, removing.reason());
    } else {
      log.info("sector {}: {} -> {}", sector, before.name(), after.name());
    }
  }

  void reportIgnored(SectorState state, JobReport report) {
    log.debug(
        "sector {}: in {} ignores {} of job {} attempt {}",
        sector,
        state.name(),
        report.getClass().getSimpleName(),
        report.id(),
        report.attempt());
  }

  void messageIgnored(SectorState state, MessageReport report) {
    log.debug(
        "sector {}: in {} ignores {} of message {}",
        sector,
        state.name(),
        report.getClass().getSimpleName(),
        report.intentId());
  }

  void lookFailed(SectorState state, Throwable cause) {
    log.warn(
        "sector {}: in {} could not read the chain, the next tick asks again: {}",
        sector,
        state.name(),
        cause.toString());
  }

  void unsealedStays(String reason) {
    log.debug("sector {}: its unsealed copy stays: {}", sector, reason);
  }

  void wishesUnknown(Throwable cause) {
    log.warn(
        "sector {}: its unsealed copy stays, what deals want of it is not known: {}",
        sector,
        cause.toString());
  }

  /** Called on the store's thread. */
  void summaryFailed(Throwable cause) {
    log.warn(
        "sector {}: its row in the read model was not written, the next event or sweep writes it",
        sector,
        cause);
  }
}
