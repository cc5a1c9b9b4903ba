package io.granary.sharding.miner;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.miner.DebtBook;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.miner.MinerEvent;
import io.granary.protocol.miner.MinerMessages;
import io.granary.protocol.miner.MinerState.Configured;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SpendBook;
import io.granary.sharding.entity.Answers;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * Pays a miner's fee debt. Penalties that nothing covers become debt; while the miner owes more
 * than its balance covers, which shows as a negative available balance, no recovery is taken
 * (chain.md 5.5). One repayment at a time, within the day's budget; beyond it an operator has to
 * act. Belongs to the one actor.
 */
final class DebtWatch {
  /** How long a repayment is worth being signed; after it the debt is read anew. */
  private static final long USEFUL_EPOCHS = 240;

  private final Answers<MinerCommand> answers;
  private final MinerPorts ports;
  private final ActorId miner;
  private final MinerSettings settings;
  private final Logger log;
  private Optional<Epoch> lastLooked = Optional.empty();
  private Optional<Long> alarmedOn = Optional.empty();
  private boolean underWay;

  DebtWatch(
      Answers<MinerCommand> answers,
      MinerPorts ports,
      ActorId miner,
      MinerSettings settings,
      Logger log) {
    this.answers = answers;
    this.ports = ports;
    this.miner = miner;
    this.settings = settings;
    this.log = log;
  }

  /** A life begins: what was under way is not waited for. */
  void begin() {
    underWay = false;
  }

  /** Hands the open repayment to its sender once more, or looks whether there is a debt. */
  void look(Configured state, Tick at) {
    if (state.debt().open().isPresent()) {
      submit(state.debt().open().get());
      return;
    }
    boolean due =
        lastLooked.map(last -> at.epoch().since(last) >= settings.debtLookEpochs()).orElse(true);
    if (due && !underWay) {
      underWay = true;
      lastLooked = Optional.of(at.epoch());
      answers.bring(
          ports.chain().availableBalance(miner, at.head()),
          MinerCommand.BalanceRead::new,
          MinerCommand.BalanceUnread::new);
    }
  }

  void submit(MessageIntent intent) {
    ports.messages().submit(intent, new Recipient.Miner(miner));
  }

  /** The repayment of what {@code available} falls short of nothing, if it may be paid. */
  List<MinerEvent> onBalance(
      DebtBook book, MinerConfig config, TokenAmount available, Stamp stamp) {
    underWay = false;
    if (!available.isNegative() || book.open().isPresent()) {
      return List.of();
    }
    TokenAmount debt = TokenAmount.ZERO.minus(available);
    if (book.askedOn(stamp.epoch()).plus(debt).compareTo(settings.debtDailyMax()) > 0) {
      alarm(debt, book, stamp.epoch());
      return List.of();
    }
    log.warn("miner {}: owes {} attoFIL, recoveries wait for it: it is paid", miner, debt);
    MessageIntent intent =
        MinerMessages.repayDebt(
            miner,
            config.senderFor(MessagePurpose.REPAY_DEBT),
            book.repayments() + 1,
            debt,
            stamp.epoch().plus(USEFUL_EPOCHS));
    return List.of(new MinerEvent.DebtRepaymentAsked(debt, intent, stamp));
  }

  private void alarm(TokenAmount debt, DebtBook book, Epoch now) {
    long day = SpendBook.dayOf(now);
    if (!alarmedOn.equals(Optional.of(day))) {
      alarmedOn = Optional.of(day);
      log.error(
          "miner {}: owes {} attoFIL, no recovery is taken until it is paid; {} were paid today and"
              + " {} may be: pay it, or raise granary.sharding.miner.debt-daily-max",
          miner,
          debt,
          book.askedOn(now),
          settings.debtDailyMax());
    }
  }

  void onUnread(Throwable cause) {
    underWay = false;
    lastLooked = Optional.empty();
    log.info("miner {}: could not read its available balance: {}", miner, cause.toString());
  }

  /** What came of the open repayment; a landing that is taken back shows as a debt again. */
  List<MinerEvent> onReport(DebtBook book, MessageReport report, Stamp stamp) {
    boolean open =
        book.open().filter(intent -> intent.intentId().equals(report.intentId())).isPresent();
    if (!open || report instanceof MessageReport.Reverted) {
      return List.of();
    }
    lastLooked = Optional.of(stamp.epoch());
    if (report instanceof MessageReport.Landed landed) {
      boolean paid = landed.receipt().succeeded();
      return List.of(
          new MinerEvent.DebtRepaymentEnded(
              report.intentId(), paid, "exit code " + landed.receipt().exitCode(), stamp));
    }
    MessageReport.GaveUp gaveUp = (MessageReport.GaveUp) report;
    return List.of(
        new MinerEvent.DebtRepaymentEnded(
            report.intentId(), false, gaveUp.kind() + ": " + gaveUp.reason(), stamp));
  }
}
