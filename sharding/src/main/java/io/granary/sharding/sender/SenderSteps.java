package io.granary.sharding.sender;

import akka.actor.typed.javadsl.ActorContext;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.MessageIntent;
import io.granary.sharding.entity.Answers;
import java.util.Optional;
import java.util.function.Function;

/**
 * The steps a sender takes outside itself: each asks the chain, the wallet or the store once and
 * comes back as one of its own commands. Decides nothing.
 */
final class SenderSteps {
  private final Answers<SenderCommand> answers;
  private final Address address;
  private final SenderPorts ports;
  private final SenderChain chain;

  SenderSteps(ActorContext<SenderCommand> context, Address address, SenderPorts ports) {
    this.answers = new Answers<>(context);
    this.address = address;
    this.ports = ports;
    this.chain = new SenderChain(ports.chain(), address);
  }

  void head() {
    answers.bringHead(
        ports.chain(),
        ports.clock(),
        tick -> new SenderCommand.HeadSeen(tick, false),
        SenderCommand.HeadUnknown::new);
  }

  void price(MessageIntent intent, TokenAmount feeMax) {
    String id = intent.intentId();
    answers.bring(
        chain.price(intent.message(), feeMax),
        price -> new SenderCommand.PriceHeard(id, price),
        cause -> new SenderCommand.PricingFailed(id, cause));
  }

  void nonce(String id) {
    answers.bring(
        ports.chain().nonce(address),
        nonce -> new SenderCommand.NonceHeard(id, nonce),
        signingFailed(id, "read the nonce"));
  }

  void claim(IntentState.Reserved reserved) {
    String id = reserved.intent().intentId();
    answers.bring(
        ports
            .fence()
            .claimNonce(address, reserved.message().nonce(), FillGap.claimName(reserved.intent())),
        claim -> new SenderCommand.NonceClaimed(id, claim),
        signingFailed(id, "claim the nonce"));
  }

  /** Lets the intent claim another nonce. */
  void lose(MessageIntent intent, long nonce) {
    String id = intent.intentId();
    answers.bring(
        ports.fence().loseNonce(address, nonce, FillGap.claimName(intent)),
        held -> new SenderCommand.NonceLet(id, Optional.empty()),
        cause -> new SenderCommand.NonceLet(id, Optional.of(cause)));
  }

  /** Reads base fee and balance at {@code tick}'s head. */
  void market(Tick tick) {
    answers.bring(
        chain.market(tick), SenderCommand.MarketHeard::new, SenderCommand.MarketUnread::new);
  }

  /** What the market takes now for a message that was signed before; the node need not say. */
  void quote(String id, Message signed, TokenAmount allowed) {
    answers.bring(
        chain.quote(signed, allowed),
        quote -> new SenderCommand.QuoteHeard(id, quote),
        cause -> new SenderCommand.QuoteHeard(id, Optional.empty()));
  }

  /** Whether the pool has a message of {@code nonce}. */
  void pool(long nonce, TipSetKey head) {
    answers.bring(
        ports.chain().pending(head),
        pending ->
            new SenderCommand.PoolHeard(
                nonce,
                pending.stream()
                    .map(SignedMessage::message)
                    .anyMatch(each -> each.from().equals(address) && each.nonce() == nonce)),
        SenderCommand.PoolUnread::new);
  }

  void sign(String id, Message message, boolean replaces) {
    answers.bring(
        ports.chain().walletSignMessage(address, message),
        signed ->
            signed.message().equals(message)
                ? new SenderCommand.WalletSigned(id, signed, replaces)
                : new SenderCommand.SigningFailed(
                    id, "sign", new IllegalStateException("the wallet signed another message")),
        signingFailed(id, "sign"));
  }

  private static Function<Throwable, SenderCommand> signingFailed(String id, String doing) {
    return cause -> new SenderCommand.SigningFailed(id, doing, cause);
  }

  void push(String id, SignedMessage signed) {
    answers.bring(
        ports.chain().push(signed),
        cid -> new SenderCommand.Pushed(id, Optional.empty()),
        refusal -> new SenderCommand.Pushed(id, Optional.of(refusal)));
  }

  void find(String id, IntentState.Signed signed, TipSetKey head) {
    Cid latest = signed.latest().cid();
    answers.bring(
        chain.find(signed.variants(), head),
        where -> new SenderCommand.Found(id, latest, where),
        cause -> new SenderCommand.SearchFailed(id, cause));
  }
}
