package io.granary.sharding.deal;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealFailure;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealRefusal;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.deal.Payments;
import io.granary.protocol.deal.StagedFile;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StagingRulesTest {
  private static final Epoch HEAD = new Epoch(DealFixtures.HEAD);
  private static final DealTerms TERMS = DealFixtures.onlineTerms();
  private static final String HERE = DealFixtures.FILE.storageId();
  private static final String ELSEWHERE = "path-2";
  private static final StagedFile BROUGHT =
      new StagedFile(StagedFile.IMPORTED, "/mnt/deal-staging/x.data", 2000);

  private static boolean isNeeded(DealState.Known deal, String storageId) {
    return StagingRules.isNeeded(deal, storageId, HEAD);
  }

  private static void assertNeededOnlyHere(DealState.Known deal) {
    assertThat(isNeeded(deal, HERE)).as("where it is: %s", deal).isTrue();
    assertThat(isNeeded(deal, ELSEWHERE)).as("elsewhere: %s", deal).isFalse();
  }

  @Test
  void keepsEverything_whileItIsNotKnownWhichFileWillBeTheDeals() {
    DealState.Working fetching =
        (DealState.Working)
            new DealState.Unknown()
                .on(new DealEvent.DealProposed(DealFixtures.stamp(1), TERMS))
                .on(new DealEvent.DealAccepted(DealFixtures.stamp(2)));
    for (DealState.Known deal :
        new DealState.Known[] {
          new DealState.Proposed(TERMS),
          new DealState.AwaitingData(TERMS, Optional.empty()),
          fetching,
          new DealState.Failed(fetching, new DealFailure(DealFailure.Kind.RETRYABLE, "disk full"))
        }) {
      assertThat(isNeeded(deal, HERE)).as("%s", deal).isTrue();
      assertThat(isNeeded(deal, ELSEWHERE)).as("%s", deal).isTrue();
    }
  }

  @Test
  void keepsOnlyTheDealsOwnFile_whileASectorMayHaveToTakeIt() {
    StagedFile file = DealFixtures.FILE;
    DealState.Working verified = new DealState.Verified(TERMS, file);
    assertNeededOnlyHere(new DealState.Verifying(TERMS, file, Optional.empty()));
    assertNeededOnlyHere(verified);
    assertNeededOnlyHere(new DealState.Placed(TERMS, file, DealFixtures.PLACE));
    assertNeededOnlyHere(new DealState.Publishing(TERMS, file, Optional.empty(), "publish/1"));
    assertNeededOnlyHere(
        new DealState.Published(TERMS, file, Optional.empty(), DealFixtures.PUBLICATION));
    assertNeededOnlyHere(sealing(Optional.of(file)));
    assertNeededOnlyHere(active(Optional.of(file)));
    assertNeededOnlyHere(
        new DealState.Failed(verified, new DealFailure(DealFailure.Kind.RETRYABLE, "no escrow")));
  }

  private static DealState.Known sealing(Optional<StagedFile> file) {
    return new DealState.Sealing(
        TERMS, file, DealFixtures.PLACE, Optional.of(DealFixtures.PUBLICATION), Exposure.NONE);
  }

  private static DealState.Known active(Optional<StagedFile> file) {
    return new DealState.Active(
        TERMS,
        file,
        DealFixtures.PLACE,
        Optional.of(DealFixtures.PUBLICATION),
        Exposure.NONE,
        HEAD,
        Payments.NONE);
  }

  @Test
  void keepsAnOperatorsFile_whereverItLies() {
    assertThat(isNeeded(new DealState.Verified(TERMS, BROUGHT), HERE)).isTrue();
  }

  @Test
  void keepsNothing_ofADealThatIsOver() {
    DealState.Working verified = new DealState.Verified(TERMS, DealFixtures.FILE);
    DealFailure retryable = new DealFailure(DealFailure.Kind.RETRYABLE, "no escrow");
    assertThat(
            isNeeded(
                new DealState.Failed(verified, new DealFailure(DealFailure.Kind.FATAL, "lost")),
                HERE))
        .isFalse();
    assertThat(isNeeded(new DealState.Rejected(TERMS, DealRefusal.PRICE, "too cheap"), HERE))
        .isFalse();
    assertThat(isNeeded(new DealState.Expired(TERMS, Optional.empty(), HEAD, Payments.NONE), HERE))
        .isFalse();
    assertThat(isNeeded(new DealState.Slashed(TERMS, Optional.empty(), HEAD, Payments.NONE), HERE))
        .isFalse();
    assertThat(isNeeded(active(Optional.empty()), HERE)).isFalse();
    assertThat(
            StagingRules.isNeeded(
                new DealState.Failed(verified, retryable), HERE, TERMS.contract().startEpoch()))
        .as("nothing can be retried after its start")
        .isFalse();
  }

  /**
   * So that an answer may be old when a file is deleted. Damaged data is fetched from the first
   * byte, and once more when it was hit.
   */
  @Test
  void isNeverNeededAgain_onceItWasNot() {
    for (DealTerms terms :
        Set.of(
            DealFixtures.onlineTerms(), DealFixtures.offlineTerms(), DealFixtures.directTerms())) {
      Set<String> seen = new HashSet<>();
      Deque<DealState> left = new ArrayDeque<>(Set.of(new DealState.Unknown()));
      while (!left.isEmpty()) {
        DealState state = left.remove();
        for (DealEvent event : DealFixtures.events(terms)) {
          Optional<DealState> next = next(state, event);
          next.ifPresent(after -> assertStillNotNeeded(state, event, after));
          next.filter(after -> seen.add(kind(after))).ifPresent(left::add);
        }
      }
      assertThat(seen.size()).as("kinds of states").isGreaterThan(12);
    }
  }

  private static void assertStillNotNeeded(DealState before, DealEvent event, DealState after) {
    for (String storageId : Set.of(HERE, ELSEWHERE)) {
      if (!(event instanceof DealEvent.PieceDamaged)
          && before instanceof DealState.Known known
          && !isNeeded(known, storageId)) {
        assertThat(isNeeded((DealState.Known) after, storageId))
            .as("%s after %s of %s", storageId, event, before)
            .isFalse();
      }
    }
  }

  private static Optional<DealState> next(DealState state, DealEvent event) {
    DealEvent real =
        event instanceof DealEvent.DataImported imported
            ? new DealEvent.DataImported(imported.stamp(), BROUGHT)
            : event;
    try {
      return Optional.of(state.on(real));
    } catch (IllegalStateException notHere) {
      return Optional.empty();
    }
  }

  private static String kind(DealState state) {
    if (!(state instanceof DealState.Known known)) {
      return "unknown";
    }
    String stage =
        state instanceof DealState.Failed failed
            ? " at " + kind(failed.stage()) + failed.failure().kind()
            : "";
    return state.getClass().getSimpleName()
        + stage
        + isNeeded(known, HERE)
        + isNeeded(known, ELSEWHERE);
  }
}
