package io.granary.sharding.deal;

import io.granary.protocol.address.Address;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealRefusal;
import io.granary.protocol.deal.DealRules;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.DealVerdict;
import io.granary.protocol.port.DealBook;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * One proposal while it is judged: first by all rules, then, as long as others on this node were
 * accepted meanwhile, by those again that they bear on, until it holds a place beside all of them.
 * Each round says that another proposal got a place, so that there are no more rounds than
 * proposals judged at once.
 *
 * @param terms of {@code params}
 * @param visit begun before {@code bounds} were read
 * @param found what the chain said
 * @param now when the proposal came
 */
record Judgement(
    DealParams params,
    DealTerms terms,
    Bounds bounds,
    Reservations.Visit visit,
    FactFinder.Found found,
    Instant now) {
  /** Curio's words, which ask for another try. */
  static final DealVerdict.Refused BUSY =
      new DealVerdict.Refused(
          DealRefusal.TOO_MANY, "deal rejected due to backpressure. Please retry in some time.");

  /** What came of it. */
  sealed interface Outcome {
    record Refused(DealVerdict.Refused verdict) implements Outcome {}

    /** It can be accepted: there is a place for it, which has to be given free. */
    record Held(Reservations.Place place) implements Outcome {}
  }

  /**
   * The rules, and what else is under way.
   *
   * @param underWay without the deal itself: a proposal may come again before its deal has an
   *     entity
   */
  record Bounds(AcceptanceSettings acceptance, List<DealBook.UnderWay> underWay) {
    FactFinder.Others others() {
      long taken = underWay.stream().mapToLong(DealBook.UnderWay::stagedBytes).sum();
      return new FactFinder.Others(
          underWay, Math.max(0, acceptance.limits().stagingBytesMax() - taken));
    }

    DealRules rules() {
      return new DealRules(acceptance.policy());
    }

    boolean hasRoomFor(Set<Address> client) {
      long ofClient = underWay.stream().filter(each -> client.contains(each.client())).count();
      return underWay.size() < acceptance.limits().underWayMax()
          && ofClient < acceptance.underWayMax(client);
    }
  }

  /**
   * Judges it.
   *
   * @param judges where its signature is checked
   */
  CompletionStage<Outcome> outcome(Executor judges) {
    Bounds beside = besideAll();
    return found
        .beside(beside.others())
        .thenApplyAsync(facts -> beside.rules().check(params, facts), judges)
        .thenCompose(
            verdict ->
                verdict instanceof DealVerdict.Refused refused
                    ? refused(refused)
                    : admitted((DealVerdict.Acceptable) verdict, beside));
  }

  private CompletionStage<Outcome> admitted(DealVerdict.Acceptable verdict, Bounds beside) {
    if (!beside.hasRoomFor(found.clientNames())) {
      return refused(BUSY);
    }
    Optional<Reservations.Place> place = visit.hold(row(), beside.underWay());
    return place.isPresent()
        ? CompletableFuture.completedStage(new Outcome.Held(place.get()))
        : again(verdict, besideAll());
  }

  private CompletionStage<Outcome> again(DealVerdict.Acceptable verdict, Bounds beside) {
    return found
        .beside(beside.others())
        .thenApply(facts -> beside.rules().shortage(params, verdict.proposal(), facts))
        .thenCompose(lack -> lack.isPresent() ? refused(lack.get()) : admitted(verdict, beside));
  }

  /** Beside what was read, and what was taken since. */
  private Bounds besideAll() {
    return new Bounds(bounds.acceptance(), visit.with(bounds.underWay(), terms.id()));
  }

  private static CompletionStage<Outcome> refused(DealVerdict.Refused verdict) {
    return CompletableFuture.completedStage(new Outcome.Refused(verdict));
  }

  private DealBook.UnderWay row() {
    Address client =
        found.clientNames().stream()
            .filter(each -> each.protocol() == 0)
            .findFirst()
            .orElse(terms.contract().client());
    return new DealBook.UnderWay(
        terms.id(),
        client,
        StagingRules.bytes(terms),
        DealBook.Needs.of(params.proposal().orElseThrow().proposal()),
        now);
  }
}
