package io.granary.sharding.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.sender.MessagePurpose;
import java.util.List;
import java.util.Optional;

/** What a sender answers. */
public sealed interface SenderReply {
  /**
   * The sender as it stands.
   *
   * @param nextNonce the next nonce of our own; the chain node may know of a higher one
   * @param market what the chain last said, once it did
   * @param spent what was signed today, by purpose; those without are missing
   * @param open its open intents, in the order they came
   */
  record Overview(
      Address address,
      long nextNonce,
      Optional<Standing> market,
      List<Spent> spent,
      List<OpenIntent> open)
      implements SenderReply {
    public Overview {
      spent = List.copyOf(spent);
      open = List.copyOf(open);
    }
  }

  /**
   * Base fee and balance at one head.
   *
   * @param baseFee attoFIL per gas unit
   * @param balance attoFIL
   * @param reserve attoFIL that is kept for window PoSt here
   * @param chainNonce the next nonce on chain
   */
  record Standing(
      Epoch at, TokenAmount baseFee, TokenAmount balance, TokenAmount reserve, long chainNonce) {}

  /**
   * What the messages of one purpose signed today may cost.
   *
   * @param max the day's budget; both attoFIL
   */
  record Spent(MessagePurpose purpose, TokenAmount atRisk, TokenAmount max) {}

  /**
   * One open intent.
   *
   * @param state Accepted, Reserved, Signed or Landed
   * @param signed what it was last signed as, once it was
   * @param waitsFor why it is not settled
   * @param detail the figures behind {@code waitsFor}; may be empty
   */
  record OpenIntent(
      String intentId,
      MessagePurpose purpose,
      String state,
      Epoch lastUsefulEpoch,
      Optional<Signing> signed,
      WaitReason waitsFor,
      String detail) {}

  /**
   * The newest signing of an intent.
   *
   * @param message its CID
   * @param feeCap attoFIL per gas unit
   * @param premium attoFIL per gas unit
   * @param signings how often it was signed
   */
  record Signing(
      long nonce,
      Cid message,
      long gasLimit,
      TokenAmount feeCap,
      TokenAmount premium,
      int signings) {}
}
