package io.granary.bridge.client;

import io.granary.protocol.deal.Checkpoint;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealStatus;
import io.granary.protocol.deal.DealStatusResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes one deal from its proposal to its sector, and keeps what happens in the {@link DealBook}.
 *
 * <ol>
 *   <li>The record is on the disk before anything is sent.
 *   <li>The CAR is served from before the proposal until the provider has it.
 *   <li>The proposal is sent once. A deal whose answer was lost is asked for by {@code status};
 *       only one that the provider does not know is proposed again, with the same id.
 *   <li>The status is asked until the deal is active, or over. It is active when the chain says so:
 *       a provider may be wrong about that, or lie.
 * </ol>
 *
 * Used by one thread.
 */
public final class DealRun {
  /** What a sector's state is called once its deals are active: ours, and Lotus's behind Boost. */
  private static final Set<String> ACTIVE_SECTORS = Set.of("proving", "active", "available");

  /** Curio tells the same by the status of the deal (market.md 4). */
  private static final Set<String> ACTIVE_DEALS = Set.of("sealed", "sealed and indexed");

  private static final String UNKNOWN_DEAL = "no storage deal found";

  private final ProviderLink link;
  private final DealSigner signer;
  private final DealBook book;
  private final DealOnChain chain;
  private final ClientSettings settings;
  private final Consumer<Step> steps;

  /**
   * What is known after a question.
   *
   * @param received bytes of the transfer that the provider has
   * @param total bytes of the transfer
   * @param note for people
   */
  public record Step(DealRecord deal, long received, long total, String note) {}

  /** Tells {@code steps} of every change and every answer. */
  public DealRun(
      ProviderLink link,
      DealSigner signer,
      DealBook book,
      DealOnChain chain,
      ClientSettings settings,
      Consumer<Step> steps) {
    this.link = link;
    this.signer = signer;
    this.book = book;
    this.chain = chain;
    this.settings = settings;
    this.steps = steps;
  }

  /**
   * Proposes a new deal and follows it.
   *
   * @param until where to stop following
   * @return the deal as it was last seen; rejected ones too
   * @throws ClientException when the provider cannot be asked; the deal stays in the book
   */
  public DealRecord start(DealRecord deal, Until until) {
    book.put(deal);
    try (Served served = serve(deal)) {
      return follow(propose(deal, served), served, until);
    }
  }

  /**
   * Goes on with a deal of the book, wherever it stands.
   *
   * @throws ClientException when the provider cannot be asked; the deal stays in the book
   */
  public DealRecord resume(DealRecord deal, Until until) {
    if (deal.stage() == DealStage.REJECTED) {
      return deal;
    }
    try (Served served = serve(deal)) {
      DealRecord known = deal;
      if (deal.stage() == DealStage.PROPOSED) {
        DealStatusResponse answer = link.status(deal.id(), signer);
        boolean unheard = answer.status().isEmpty() && answer.error().contains(UNKNOWN_DEAL);
        known = unheard ? propose(deal, served) : keep(deal.at(DealStage.ACCEPTED, "", ""));
      }
      return follow(known, served, until);
    }
  }

  /** Asks once. */
  public Step look(DealRecord deal) {
    Step step = step(deal, link.status(deal.id(), signer));
    if (!step.deal().equals(deal)) {
      keep(step.deal());
    }
    return step;
  }

  /** How far a deal is followed. */
  public enum Until {
    /** Until the provider has answered the proposal. */
    ANSWERED,
    /** Until the provider has the data. */
    TRANSFERRED,
    /** Until its sector is proven. */
    ACTIVE
  }

  /** A server of the deal's data, while there is one. */
  private record Served(Optional<CarServer> server) implements AutoCloseable {
    @Override
    public void close() {
      server.ifPresent(CarServer::close);
    }
  }

  private Served serve(DealRecord deal) {
    if (deal.serving().isEmpty() || transferred(deal)) {
      return new Served(Optional.empty());
    }
    Path car = Path.of(deal.car());
    if (!Files.isRegularFile(car)) {
      throw new ClientException("the data of deal " + deal.id() + " is gone: " + car);
    }
    DealRecord.Serving serving = deal.serving().get();
    return new Served(
        Optional.of(
            CarServer.start(
                car,
                serving.host(),
                serving.port(),
                serving.access(),
                deal.signed().proposal().piece().toString(),
                settings)));
  }

  private DealRecord propose(DealRecord deal, Served served) {
    String where = served.server().map(server -> " and serves its data").orElse("");
    steps.accept(new Step(deal, 0, deal.carBytes(), "proposes the deal" + where));
    DealResponse answer = link.propose(deal.params());
    DealRecord answered =
        deal.at(answer.accepted() ? DealStage.ACCEPTED : DealStage.REJECTED, "", answer.message());
    steps.accept(
        new Step(
            keep(answered),
            0,
            deal.carBytes(),
            answer.accepted() ? "accepted" : "rejected: " + answer.message()));
    return answered;
  }

  private DealRecord follow(DealRecord from, Served served, Until until) {
    DealRecord deal = from;
    int failures = 0;
    while (!reached(deal, until)) {
      Waiting.pause(settings.pollEvery());
      try {
        Step step = look(deal);
        deal = step.deal();
        failures = 0;
        steps.accept(step);
        if (transferred(deal)) {
          served.close();
        }
      } catch (ClientException e) {
        failures++;
        if (failures >= settings.pollFailuresMax() || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        steps.accept(new Step(deal, 0, deal.carBytes(), "no answer: " + e.getMessage()));
      }
    }
    return deal;
  }

  private static boolean reached(DealRecord deal, Until until) {
    return deal.stage().settled()
        || switch (until) {
          case ANSWERED -> true;
          case TRANSFERRED -> transferred(deal);
          case ACTIVE -> false;
        };
  }

  /** Whether the provider has said that it has the data. */
  private static boolean transferred(DealRecord deal) {
    return deal.stage() == DealStage.ACTIVE
        || !(deal.checkpoint().isEmpty()
            || deal.checkpoint().equals(Checkpoint.ACCEPTED.text())
            || deal.checkpoint().equals("Processing"));
  }

  private DealRecord keep(DealRecord deal) {
    book.put(deal);
    return deal;
  }

  private Step step(DealRecord deal, DealStatusResponse answer) {
    if (answer.status().isEmpty()) {
      return new Step(deal, 0, deal.carBytes(), answer.error());
    }
    DealStatus status = answer.status().get();
    requireSame(deal, status);
    boolean claimed =
        ACTIVE_SECTORS.contains(sectorState(status.sealingStatus()))
            || ACTIVE_DEALS.contains(status.status().toLowerCase(Locale.ROOT));
    DealOnChain.Standing onChain = onChain(status);
    String note = note(status, onChain, claimed);
    return new Step(
        deal.at(stage(deal, status, onChain.kind()), status.status(), note),
        answer.bytesReceived(),
        answer.transferSize(),
        note);
  }

  private static DealStage stage(DealRecord deal, DealStatus status, DealOnChain.Kind onChain) {
    boolean ended = status.status().equals(Checkpoint.COMPLETE.text());
    if (onChain == DealOnChain.Kind.ACTIVE) {
      return DealStage.ACTIVE;
    }
    if (onChain == DealOnChain.Kind.SLASHED || (ended && !status.error().isEmpty())) {
      return DealStage.FAILED;
    }
    // The market forgets a deal that is over.
    return onChain == DealOnChain.Kind.UNKNOWN && deal.stage() == DealStage.ACTIVE
        ? DealStage.ACTIVE
        : DealStage.ACCEPTED;
  }

  private DealOnChain.Standing onChain(DealStatus status) {
    return status
        .chainDealId()
        .map(number -> chain.of(number, status.proposal()))
        .orElse(new DealOnChain.Standing(DealOnChain.Kind.UNKNOWN, ""));
  }

  private static String note(DealStatus status, DealOnChain.Standing onChain, boolean claimed) {
    if (!status.error().isEmpty()) {
      return status.error();
    }
    return switch (onChain.kind()) {
      case ACTIVE, SLASHED -> onChain.note();
      case PUBLISHED, UNKNOWN -> {
        String said = status.sealingStatus();
        String more =
            claimed && onChain.note().isEmpty()
                ? "the provider says that it is active and names no deal on chain"
                : onChain.note();
        yield said.isEmpty() || more.isEmpty() ? said + more : said + "; " + more;
      }
    };
  }

  /** Boost writes {@code Sealer: Proving}. */
  private static String sectorState(String text) {
    String state = text.substring(text.lastIndexOf(':') + 1).strip();
    return state.toLowerCase(Locale.ROOT);
  }

  /** A status of another proposal under our id would be somebody's mistake, or worse. */
  private static void requireSame(DealRecord deal, DealStatus status) {
    if (!status.proposal().equals(deal.signed().proposal())) {
      throw new ClientException(
          "the provider has other terms under deal " + deal.id() + ": " + status.proposal());
    }
  }
}
