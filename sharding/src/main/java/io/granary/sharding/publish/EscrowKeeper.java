package io.granary.sharding.publish;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.publish.EscrowBook;
import io.granary.protocol.publish.EscrowShortage;
import io.granary.protocol.publish.PublishMessages;
import io.granary.protocol.publish.PublisherEvent;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.MessageReport;
import io.granary.sharding.entity.Answers;
import java.util.List;
import java.util.Optional;

/**
 * Adds what the provider's escrow in the market lacks for its collateral. One message at a time,
 * within the ceilings; the next only once the outcome of the last lies so deep that it counts, and
 * for what was seen after it, so that no shortage is filled twice. Belongs to the one actor.
 */
final class EscrowKeeper {
  private final Answers<PublisherCommand> answers;
  private final PublisherPorts ports;
  private final ActorId provider;
  private final PublishSettings settings;
  private final PublisherOperatorLog log;

  private boolean asking;

  /** Until then nothing more is added, after a top-up that added nothing. */
  private Epoch notBefore = Epoch.UNSET;

  /** A shortage seen before it may be one that is filled. */
  private Epoch freshFrom = Epoch.UNSET;

  /** The top-up that has landed and does not count yet. */
  private Optional<String> landed = Optional.empty();

  EscrowKeeper(
      Answers<PublisherCommand> answers,
      PublisherPorts ports,
      ActorId provider,
      PublishSettings settings,
      PublisherOperatorLog log) {
    this.answers = answers;
    this.ports = ports;
    this.provider = provider;
    this.settings = settings;
    this.log = log;
  }

  /** A life begins: what was under way is not waited for. */
  void begin() {
    asking = false;
    landed = Optional.empty();
  }

  /** Hands the open top-up to its sender, once more. */
  void submit(EscrowBook book) {
    book.open()
        .ifPresent(intent -> ports.messages().submit(intent, new Recipient.Publisher(provider)));
  }

  /**
   * Looks whether {@code shortage} may be filled.
   *
   * @return what is done about it, as its deals are told; empty when nothing is ever
   */
  String consider(EscrowBook book, EscrowShortage shortage, Tick at) {
    if (!settings.escrow().enabled()) {
      return "";
    }
    if (book.open().isPresent()) {
      return "; " + book.open().get().intentId() + " adds to it";
    }
    Optional<TokenAmount> amount = settings.escrow().topUp(book, shortage, at.epoch());
    if (amount.isEmpty()) {
      String ceiling = settings.escrow().ceiling(shortage);
      log.escrowHeldBack(shortage, book.askedOn(at.epoch()), ceiling, at.epoch());
      return "; " + ceiling + " holds back what would be added";
    }
    if (notBefore.isAfter(at.epoch())) {
      return "; more is added from epoch " + notBefore + " on, for the last message added nothing";
    }
    if (!asking && !shortage.head().isBefore(freshFrom)) {
      asking = true;
      answers.bring(
          ports.payers().payer(provider, MessagePurpose.PUBLISH, amount.get(), at.head()),
          from -> new PublisherCommand.PayerKnown(shortage, from),
          PublisherCommand.PayerUnknown::new);
    }
    return "; more is added to it";
  }

  void onPayerUnknown(Throwable cause) {
    asking = false;
    log.unheard("the payer of a top-up is not known", cause);
  }

  /** The top-up, if it may still be. */
  List<PublisherEvent> onPayer(
      EscrowBook book, EscrowShortage shortage, Address from, Stamp stamp) {
    asking = false;
    if (book.open().isPresent() || shortage.head().isBefore(freshFrom)) {
      return List.of();
    }
    return settings
        .escrow()
        .topUp(book, shortage, stamp.epoch())
        .<List<PublisherEvent>>map(
            amount ->
                List.of(
                    new PublisherEvent.EscrowTopUpAsked(stamp, intent(book, from, amount, stamp))))
        .orElse(List.of());
  }

  private MessageIntent intent(EscrowBook book, Address from, TokenAmount amount, Stamp stamp) {
    return PublishMessages.topUp(
        provider, book.topUps() + 1, from, amount, stamp.epoch().plus(settings.usefulEpochs()));
  }

  /** Whether {@code report} is the first word that the open top-up is in the escrow at a head. */
  boolean isNews(MessageReport report, Epoch head) {
    boolean added =
        report instanceof MessageReport.Landed there
            && there.receipt().succeeded()
            && !there.height().isAfter(head);
    boolean news = added && landed.isEmpty();
    landed = added ? Optional.of(report.intentId()) : Optional.empty();
    return news;
  }

  /** What came of the open top-up, once that counts; it is told with each head until then. */
  List<PublisherEvent> onReport(EscrowBook book, MessageReport report, Stamp stamp) {
    String intentId = report.intentId();
    if (!book.isOpen(intentId)) {
      return List.of();
    }
    if (report instanceof MessageReport.Landed there) {
      boolean counts = stamp.epoch().since(there.inclusionEpoch()) >= settings.confidenceEpochs();
      return counts
          ? ended(
              stamp,
              intentId,
              there.receipt().succeeded(),
              "exit code " + there.receipt().exitCode())
          : List.of();
    }
    return report instanceof MessageReport.GaveUp gaveUp
            && gaveUp.kind() != MessageReport.GaveUp.Kind.TOO_MANY
        ? ended(stamp, intentId, false, gaveUp.kind() + ": " + gaveUp.reason())
        : List.of();
  }

  private static List<PublisherEvent> ended(
      Stamp stamp, String intentId, boolean added, String outcome) {
    return List.of(new PublisherEvent.EscrowTopUpEnded(stamp, intentId, added, outcome));
  }

  /** An outcome is in the journal. */
  void onEnded(PublisherEvent.EscrowTopUpEnded ended) {
    Epoch now = ended.stamp().epoch();
    landed = Optional.empty();
    freshFrom = now;
    if (!ended.added()) {
      notBefore = now.plus(settings.againEpochs());
    }
  }
}
